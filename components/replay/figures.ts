import { formatLatency } from '../ui/format.ts';

/** Every request counts here, so counts are never shortened: "12 040". */
export function whole(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** "97.1 %"; what is not all never reads as all, nor what is something as nothing. `of` 0: "–". */
export function shareOf(part: number, of: number): string {
  if (of <= 0) return '–';
  const share = part / of;
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  const percent = Math.min(99.9, Math.max(0.1, Math.round(share * 1000) / 10));
  return `${percent.toFixed(1)} %`;
}

/** "$0.12", "$1 204", "<$0.01". */
export function dollars(usd: number): string {
  if (usd <= 0) return '$0';
  if (usd < 0.01) return '<$0.01';
  return usd < 100 ? `$${usd.toFixed(2)}` : `$${whole(usd)}`;
}

/** "28 more", "1 fewer". */
export function moreOrFewer(difference: number): string {
  return `${whole(Math.abs(difference))} ${difference > 0 ? 'more' : 'fewer'}`;
}

/** "+28", "−1 204". */
export function signed(difference: number, words: (size: number) => string = whole): string {
  return `${difference > 0 ? '+' : '−'}${words(Math.abs(difference))}`;
}

/** Whether two waits read differently. */
export function sameWait(a: number | null, b: number | null): boolean {
  return formatLatency(a) === formatLatency(b);
}
