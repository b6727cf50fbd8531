import type { AuditEntry } from '#lib/contract/api.ts';
import { type Override, overrideSchema } from '#lib/contract/breaker-view.ts';
import type { OverridesFrom } from '#lib/replay/types.ts';

/**
 * The overrides as they were from `fromWallMs` on: today's, with what the audit says of them taken back one by one.
 * @param entries of `breaker.override.*` since then, newest first
 */
export function overridesSince(
  now: readonly Override[],
  entries: readonly AuditEntry[],
  fromWallMs: number,
): OverridesFrom[] {
  const inForce = new Map(now.map((override) => [keyOf(override), override]));
  const found: OverridesFrom[] = [];
  for (const { atWallMs, entity, entityId, before } of entries) {
    found.unshift({ fromWallMs: atWallMs, list: [...inForce.values()] });
    const earlier = overrideSchema.safeParse(before);
    if (earlier.success) inForce.set(keyOf(earlier.data), earlier.data);
    else inForce.delete(keyOf({ scope: entity, id: entityId }));
  }
  return [{ fromWallMs, list: [...inForce.values()] }, ...found];
}

function keyOf({ scope, id }: { scope: string; id: string }): string {
  return `${scope} ${id}`;
}
