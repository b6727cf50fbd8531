import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import type { ScopeView } from '#lib/engine/view-types.ts';
import type { Scope } from './scopes.ts';

export type ViewLookup = (scope: Scope, id: string) => BreakerView | undefined;

/**
 * The breakers as they stand under a given list of overrides. The gateway's own views carry the overrides it knows of; here they are
 * replaced by the list, so that a preview can ask "and if this one were there as well?".
 */
export function standingViews(views: readonly BreakerView[], overrides: readonly Override[]): ViewLookup {
  const byScope = new Map(views.map((view) => [keyOf(view.scope, view.id), view]));
  const masks = new Map(overrides.map((override) => [keyOf(override.scope, override.id), override]));
  return (scope, id) => {
    const view = byScope.get(keyOf(scope, id));
    const override = masks.get(keyOf(scope, id));
    if (view === undefined && override === undefined) return undefined;
    const base = view ?? untouched(scope, id);
    return { ...base, override: override ?? null, effective: override?.kind ?? unmasked(base) };
  };
}

/** What callers meet when no override is in force. */
function unmasked(view: BreakerView): BreakerView['effective'] {
  if (view.override === null) return view.effective;
  if (view.shadow !== null) return 'closed';
  return view.derived !== null && view.state !== 'open' ? 'derived_open' : view.state;
}

/** A scope that the gateway has not reported on yet: closed, with nothing counted. */
function untouched(scope: Scope, id: string): BreakerView {
  return {
    scope,
    id,
    seq: 0,
    state: 'closed',
    effective: 'closed',
    sinceWallMs: 0,
    outageSinceWallMs: null,
    reason: 'initial',
    why: 'Not reported yet.',
    trips: 0,
    openUntilWallMs: null,
    probe: null,
    window: { seconds: 0, ok: 0, slow: 0, failure: 0, consecutiveFailures: 0, late: 0, buckets: [] },
    errors: [],
    cooldown: null,
    override: null,
    inFlight: 0,
    derived: null,
    ramp: null,
    shadow: null,
  };
}

function keyOf(scope: Scope, id: string): string {
  return `${scope} ${id}`;
}

/** Views are made by the engine, so the strings in them are of its unions; crossing a process has only widened their types. */
export function asScopeView(view: BreakerView | undefined): ScopeView | undefined {
  return view as ScopeView | undefined;
}
