import type { BreakerTransition } from '#lib/contract/breaker-view.ts';

/** How much of the charts is shown on either side of a transition, ms. */
const AROUND_MS = 5 * 60_000;

/** The target's charts around a transition; scopes above targets have no charts of their own. */
export function chartsHref(event: BreakerTransition): string | null {
  if (event.scope !== 'target') return null;
  const from = event.atWallMs - AROUND_MS;
  const to = event.atWallMs + AROUND_MS;
  return `/targets/${encodeURIComponent(event.id)}?from=${from}&to=${to}`;
}

/** The page of what an action was about, when it has one. */
export function entityHref(entity: string, id: string): string | null {
  if (id === '') return null;
  if (entity === 'flow') return `/flows/${encodeURIComponent(id)}`;
  if (entity === 'target') return `/targets/${encodeURIComponent(id)}`;
  if (entity === 'provider' || entity === 'settings' || entity.startsWith('api')) return '/settings';
  return null;
}
