/** Words and numbers for people. Pure: instants and the time zone are parameters. */

export type Zone = 'utc' | 'local';

/** "12 s", "43 min", "6 h", "1 h 20 min", "3 d". Never negative. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} d`;
  const rest = minutes % 60;
  return rest === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${rest} min`;
}

export function formatAgo(atMs: number, nowMs: number): string {
  const age = nowMs - atMs;
  return age < 1500 ? 'just now' : `${formatDuration(age)} ago`;
}

/** "85 ms", "1.24 s", "31 s". */
export function formatLatency(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`;
  return formatDuration(ms);
}

/** Share 0..1 as "0 %", "0.4 %", "12 %"; a share that is not nothing never reads "0 %". */
export function formatShare(share: number | null): string {
  if (share === null) return '–';
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '<0.1 %';
  if (percent < 10 && !Number.isInteger(percent)) return `${percent.toFixed(1)} %`;
  return `${Math.round(percent)} %`;
}

/** Per second: "0", "0.4", "12", "1.2k". */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0';
  if (perSecond < 0.05) return '<0.1';
  if (perSecond < 10) return perSecond.toFixed(1);
  return formatCount(Math.round(perSecond));
}

export function formatCount(count: number): string {
  if (count < 10_000) return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  if (count < 1_000_000) return `${trim(count / 1000)}k`;
  return `${trim(count / 1_000_000)}M`;
}

function trim(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
}

const zoneName = (zone: Zone) => (zone === 'utc' ? 'UTC' : undefined);

/** "03:12:44" */
export function formatClock(atMs: number, zone: Zone, seconds = true): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' as const } : {}),
    hourCycle: 'h23',
    timeZone: zoneName(zone),
  }).format(atMs);
}

/** "22 Nov 2026, 03:12:44 UTC" */
export function formatInstant(atMs: number, zone: Zone): string {
  const day = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: zoneName(zone),
  }).format(atMs);
  return `${day}, ${formatClock(atMs, zone)}${zone === 'utc' ? ' UTC' : ''}`;
}

/** The clock alone today, with the day otherwise: "03:12", "21 Nov 03:12". */
export function formatShortInstant(atMs: number, nowMs: number, zone: Zone): string {
  const day = (ms: number) =>
    new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: zoneName(zone) }).format(ms);
  const clock = formatClock(atMs, zone, Math.abs(nowMs - atMs) < 60_000);
  return day(atMs) === day(nowMs) ? clock : `${day(atMs)} ${formatClock(atMs, zone, false)}`;
}

/** "a", "a and b", "a, b and c". */
export function joinWords(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** A cause that continues other sentences, on its own: "both models used there are open" begins with a capital then. */
export function asSentence(text: string): string {
  return /^(both|all) /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `user:ana@example.com` -> "ana"; `token` -> "the automation token". */
export function formatActor(by: string): string {
  if (by === 'token') return 'the automation token';
  if (by === 'system') return 'Switchyard';
  return by.replace(/^user:/, '').replace(/@.*$/, '');
}
