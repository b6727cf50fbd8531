import { SERVED_BY_HEADERS } from '#lib/contract/served-by.ts';

/** What the answer's headers say, before any of its body has come. */
export interface ServedHeaders {
  requestId: string | null;
  /** `provider/endpoint/model` */
  servedBy: string | null;
  attempts: number | null;
  degraded: boolean;
  degradedReason: string | null;
}

export function readServedHeaders(headers: Headers): ServedHeaders {
  const attempts = Number(headers.get(SERVED_BY_HEADERS.attempts) ?? Number.NaN);
  return {
    requestId: headers.get(SERVED_BY_HEADERS.requestId),
    servedBy: headers.get(SERVED_BY_HEADERS.servedBy),
    attempts: Number.isFinite(attempts) ? attempts : null,
    degraded: headers.get(SERVED_BY_HEADERS.degraded) === 'true',
    degradedReason: headers.get(SERVED_BY_HEADERS.degradedReason),
  };
}
