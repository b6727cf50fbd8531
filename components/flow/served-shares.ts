import type { FlowPulse } from '#lib/contract/live.ts';
import { formatShare, joinWords } from '../ui/format.ts';

/** "Last minute: gpt-us 82 %, claude 18 %; 3 requests refused or failed." */
export function servedShares(pulse: FlowPulse | undefined, nameOf: (slug: string) => string): string {
  if (pulse === undefined || pulse.requests === 0) return 'No requests in the last minute.';
  const served = Object.entries(pulse.byTarget)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([slug, count]) => `${nameOf(slug)} ${formatShare(count / pulse.requests)}`);
  const rest = pulse.requests - pulse.served;
  const unserved = rest > 0 ? `${formatShare(rest / pulse.requests)} nobody` : null;
  const parts = unserved === null ? served : [...served, unserved];
  return `Last minute, served by ${joinWords(parts)}.`;
}
