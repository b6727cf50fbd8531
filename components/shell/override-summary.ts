import type { Override } from '#lib/contract/breaker-view.ts';
import { formatActor, formatDuration, plural } from '../ui/format.ts';

/** "2 overrides, oldest 6 h by ana"; null without any. */
export function overrideSummary(overrides: readonly Override[], now: number | null): string | null {
  const [first, ...rest] = overrides;
  if (first === undefined) return null;
  const oldest = rest.reduce((old, next) => (next.setAtWallMs < old.setAtWallMs ? next : old), first);
  const age = now === null ? '' : ` ${formatDuration(now - oldest.setAtWallMs)}`;
  const count = plural(overrides.length, 'override');
  return overrides.length === 1
    ? `${count} (${first.scope} ${first.id}),${age === '' ? '' : ` set${age} ago`} by ${formatActor(oldest.by)}`
    : `${count}, oldest${age} by ${formatActor(oldest.by)}`;
}
