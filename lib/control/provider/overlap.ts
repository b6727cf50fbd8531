import type { OverlapView } from '#lib/contract/api.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { PreviousCredential, ProviderRow } from '#lib/store/providers.ts';
import type { ControlContext } from '../context.ts';

const CLOCK_ALONE_MS = 12 * 3_600_000;

type Facts = Pick<ControlContext, 'gateway' | 'now'>;

/** Two keys as they are shown; null once the time of the one before is over. `id`: `provider` or `provider.endpoint`. */
export function viewOverlap(
  { gateway, now }: Facts,
  previous: PreviousCredential | null,
  id: string,
): OverlapView | null {
  if (previous === null || previous.untilWallMs <= now()) return null;
  return { untilWallMs: previous.untilWallMs, refused: gateway.refusedKeys().has(id) };
}

/** New keys that do not work, in words: the calls still go through, so nothing else would tell. */
export function refusedKeyProblems(ctx: Facts, row: ProviderRow): string[] {
  const own = [
    { id: row.slug, previous: row.previous },
    ...row.endpoints.map(({ slug, previous }) => ({ id: endpointId(row.slug, slug), previous })),
  ];
  return own.flatMap(({ id, previous }) => {
    const overlap = viewOverlap(ctx, previous, id);
    if (overlap === null || !overlap.refused) return [];
    return `The new key of ${id} is refused; the old one is used until ${clockUtc(overlap.untilWallMs, ctx.now())}. Rotate to a key that works, or go back to the old one.`;
  });
}

/** "14:05 UTC" within half a day, "2026-11-29 14:05 UTC" later than that: an overlap may last for a month. */
export function clockUtc(wallMs: number, nowWallMs: number): string {
  const [day = '', time = ''] = new Date(wallMs).toISOString().split('T');
  const clock = `${time.slice(0, 5)} UTC`;
  return wallMs - nowWallMs < CLOCK_ALONE_MS ? clock : `${day} ${clock}`;
}
