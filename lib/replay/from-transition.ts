import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import type { BreakerEdge } from './types.ts';

/** What a recorded transition tells a replay. What was presumed of a parent because of its children says nothing here. */
export function edgeOf(
  transition: Pick<BreakerTransition, 'scope' | 'id' | 'atWallMs' | 'from' | 'to' | 'openForMs' | 'errors'>,
): BreakerEdge[] {
  const { scope, id, atWallMs, from, to, openForMs, errors } = transition;
  if (to === 'derived_open' || from === 'derived_open') return [];
  // A probe that never ended leaves no error.
  const probe = to === 'open' && from === 'half_open' ? (errors[0]?.class ?? 'timeout') : null;
  return [{ scope, id, atWallMs, to, openForMs: to === 'open' ? openForMs : null, probe }];
}
