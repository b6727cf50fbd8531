/** Reply headers, lower-case names. */
export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

export function headerOf(headers: ReplyHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/**
 * The provider's hint how long to wait, in ms, unclamped. Headers win over the body; of several hints in one place the larger
 * counts: RetryInfo cuts off the fraction that the text still has. An HTTP date is measured against the reply's own `date`, else against `nowWallMs`.
 */
export function retryAfterMs(input: {
  headers: ReplyHeaders;
  bodyDelayMs: number | null;
  text: string;
  nowWallMs: number | null;
}): number | null {
  const { headers } = input;
  const hints = [
    milliseconds(headerOf(headers, 'retry-after-ms')),
    milliseconds(headerOf(headers, 'x-ms-retry-after-ms')),
    secondsOrDate(headers, input.nowWallMs),
  ].filter((hint) => hint !== null);
  const inBody = [input.bodyDelayMs, delayInText(input.text)].filter((hint) => hint !== null);
  const counting = hints.length > 0 ? hints : inBody;
  return counting.length === 0 ? null : Math.ceil(Math.max(...counting));
}

function milliseconds(value: string | null): number | null {
  if (value === null || value.trim() === '') return null;
  const ms = Number(value);
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}

function secondsOrDate(headers: ReplyHeaders, nowWallMs: number | null): number | null {
  const value = headerOf(headers, 'retry-after');
  if (value === null || value.trim() === '') return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : null;
  const at = Date.parse(value);
  const sent = Date.parse(headerOf(headers, 'date') ?? '');
  const now = Number.isNaN(sent) ? nowWallMs : sent;
  return Number.isNaN(at) || now === null ? null : Math.max(0, at - now);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "48s", "132ms", "6m0s", "9h54m", "26.604s" in ms; null for anything else. */
export function durationMs(text: string): number | null {
  if (!/^(\d{1,9}(\.\d{1,9})?(ms|s|m|h|d))+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNIT_MS[unit ?? 's'] ?? 0);
  }
  return total;
}

const IN_TEXT =
  /\b(?:try again|retry|retry after|wait)\b[^.\d\n]{0,24}?((?:\d{1,9}(?:\.\d{1,9})?\s?(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h)\b\s?)+|(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h))+)/i;

function delayInText(text: string): number | null {
  const found = IN_TEXT.exec(text.slice(0, 4000))?.[1];
  if (found === undefined) return null;
  const short = found
    .toLowerCase()
    .replace(/milliseconds?/g, 'ms')
    .replace(/sec(ond)?s?/g, 's')
    .replace(/min(ute)?s?/g, 'm')
    .replace(/h(ou)?rs?/g, 'h')
    .replace(/\s+/g, '');
  return durationMs(short);
}
