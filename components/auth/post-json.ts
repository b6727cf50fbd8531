import { apiErrorSchema } from '#lib/contract/errors.ts';
import { retryAfterSeconds } from './auth-errors.ts';

export interface PostAnswer {
  ok: boolean;
  /** 0: no answer at all. */
  status: number;
  /** In the words of the server, where it gave some. */
  message: string | null;
  /** Messages by field. */
  issues: ReadonlyMap<string, string>;
  waitSeconds: number | null;
}

/** Posts a form of sign-in or set-up; never throws. */
export async function postJson(url: string, body: unknown): Promise<PostAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(body),
    });
    const parsed = apiErrorSchema.safeParse(await response.json().catch(() => null));
    const error = parsed.success ? parsed.data.error : null;
    return {
      ok: response.ok,
      status: response.status,
      message: error?.message ?? null,
      issues: new Map(error?.issues.map((issue) => [issue.path.replace(/^\//, ''), issue.message])),
      waitSeconds: retryAfterSeconds(response.headers, Date.now()),
    };
  } catch {
    return { ok: false, status: 0, message: null, issues: new Map(), waitSeconds: null };
  }
}
