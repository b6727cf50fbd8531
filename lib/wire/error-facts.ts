import { asArray, asNumber, asObject, asText, isObject, type JsonObject, parseJson } from './json.ts';
import { durationMs } from './retry-after.ts';

/** What an error body says, whatever its shape. */
export interface ErrorFacts {
  /** An HTTP status named inside the body. */
  innerStatus: number | null;
  /** Machine codes and types, lower-case, the most specific first. */
  codes: string[];
  /** The first code as it was sent. */
  code: string | null;
  /** The request's field that is at fault. */
  param: string | null;
  message: string;
  /** The beginnings of the message and of quoted upstream errors, for matching only. */
  text: string;
  /** Google's RetryInfo, ms. */
  delayMs: number | null;
  /** Google's quota ids and OpenRouter's limit source, lower-case. */
  quotas: string[];
}

/** Vendors put the reason first; behind it may stand a megabyte of what they were sent. */
const MATCHED_CHARS = 4000;

const NO_FACTS: Readonly<ErrorFacts> = {
  innerStatus: null,
  codes: [],
  code: null,
  param: null,
  message: '',
  text: '',
  delayMs: null,
  quotas: [],
};

/** Facts of a body of any content type: JSON is recognised by trying, since vendors mislabel it. */
export function factsOfBody(body: Uint8Array): ErrorFacts {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8').trim();
  const json = parseJson(text);
  if (isObject(json) || Array.isArray(json)) return factsOfJson(json);
  if (typeof json === 'string') return { ...NO_FACTS, message: json, text: json.slice(0, MATCHED_CHARS) };
  const message = text.startsWith('<') ? titleOf(text) : text.slice(0, 2000);
  return { ...NO_FACTS, message, text: message };
}

/** Facts of `{error: {...}}` in any vendor's dialect, or of the same inside an array. */
export function factsOfJson(json: unknown): ErrorFacts {
  const outer = asObject(Array.isArray(json) ? json[0] : json);
  if (outer === null) return { ...NO_FACTS };
  const reported = outer.error ?? asObject(outer.response)?.error ?? asArray(outer.errors)[0];
  const error = asObject(reported) ?? { ...outer, message: asText(reported) ?? outer.message };
  const metadata = asObject(error.metadata);
  const quoted = factsOfQuoted(metadata?.raw);
  const named = namedCodes(outer, error, metadata);
  const details = googleDetails(error.details);
  const message = messageOf(outer, error);
  return {
    innerStatus: innerStatusOf(error, outer),
    codes: [...details.reasons, ...named, ...quoted.codes].map((code) => code.toLowerCase()),
    code: details.reasons[0] ?? named[0] ?? null,
    param: asText(error.param),
    message: [message, quoted.message].filter((part) => part !== '').join(': '),
    text: [message, quoted.text]
      .filter((part) => part !== '')
      .map((part) => part.slice(0, MATCHED_CHARS))
      .join('\n'),
    delayMs: details.delayMs ?? quoted.delayMs,
    quotas: [...details.quotas, ...textsOf([metadata?.limit_source])].map((quota) => quota.toLowerCase()),
  };
}

function namedCodes(outer: JsonObject, error: JsonObject, metadata: JsonObject | null): string[] {
  const inner = asObject(error.innererror) ?? asObject(error.inner_error);
  const candidates = [
    asObject(error.details)?.error_code,
    inner?.code,
    error.code,
    error.error_code,
    metadata?.error_type,
    error.error_type,
    outer.error_type,
    error.status,
    error.type,
    asText(outer.__type)?.split('#').at(-1),
  ];
  return textsOf(candidates).filter((code) => !/^\d+$/.test(code) && code !== 'error');
}

function messageOf(outer: JsonObject, error: JsonObject): string {
  const direct = textsOf([
    error.message,
    error.error_msg,
    error.msg,
    outer.message,
    outer.Message,
    outer.detail,
  ]);
  if (direct[0] !== undefined) return direct[0];
  // FastAPI's list of faults quotes the offending input beside them; only place and reason are taken.
  const faults = asObject(error.message)?.detail ?? asObject(error.detail)?.detail ?? outer.detail;
  return asArray(faults)
    .map((fault) => {
      const { loc, msg } = asObject(fault) ?? {};
      const place = asArray(loc).filter((step) => typeof step === 'string' || typeof step === 'number');
      return `${place.join('.')}: ${asText(msg) ?? ''}`;
    })
    .join('; ');
}

function innerStatusOf(error: JsonObject, outer: JsonObject): number | null {
  for (const candidate of [error.status_code, error.raw_status_code, error.code, error.status, outer.code]) {
    const status = Number(typeof candidate === 'string' ? candidate : asNumber(candidate));
    if (Number.isInteger(status) && status >= 400 && status < 600) return status;
  }
  return null;
}

interface Details {
  reasons: string[];
  quotas: string[];
  delayMs: number | null;
}

function googleDetails(value: unknown): Details {
  const found: Details = { reasons: [], quotas: [], delayMs: null };
  for (const item of asArray(value)) {
    const detail = asObject(item) ?? {};
    found.reasons.push(...textsOf([detail.reason]));
    const { quota_limit, quota_limit_value } = asObject(detail.metadata) ?? {};
    found.quotas.push(...textsOf([quota_limit]));
    if (quota_limit_value === '0') found.quotas.push('limit: 0');
    for (const violation of asArray(detail.violations)) {
      const { quotaId, quotaValue } = asObject(violation) ?? {};
      found.quotas.push(...textsOf([quotaId]));
      if (quotaValue === '0' || quotaValue === 0) found.quotas.push('limit: 0');
    }
    const delay = asText(detail.retryDelay);
    if (delay !== null) found.delayMs = durationMs(delay);
  }
  return found;
}

/** OpenRouter quotes the upstream's own error, as text or as JSON in text. */
function factsOfQuoted(raw: unknown): ErrorFacts {
  const text = asText(raw);
  if (text === null) return isObject(raw) ? factsOfJson(raw) : NO_FACTS;
  const json = asObject(parseJson(text));
  return json === null
    ? { ...NO_FACTS, message: text, text: text.slice(0, MATCHED_CHARS) }
    : factsOfJson(json);
}

function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(html.slice(0, 20_000))?.[1];
  return title === undefined ? 'an HTML page' : `an HTML page: ${title.trim()}`;
}

function textsOf(values: readonly unknown[]): string[] {
  return values.map(asText).filter((text) => text !== null);
}
