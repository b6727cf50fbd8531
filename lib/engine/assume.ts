import type { EngineFlow, EngineTarget, ScopeKind } from './types.ts';
import type { ScopeView } from './view-types.ts';

/** A scope as it was last seen; undefined: not reported yet. */
export type ViewLookup = (scope: ScopeKind, id: string) => ScopeView | undefined;

/** Something that is taken for granted about a scope. */
export interface Assumption {
  scope: ScopeKind;
  id: string;
  /** `open`: its breaker has opened just now; `forced_open`: an operator's word; `closed`: nothing of its own keeps calls out. */
  state: 'open' | 'forced_open' | 'closed';
}

const WHY = 'Assumed for this question.';

/** The views as they would be if the assumptions held; those of scopes that nothing is assumed about are left as they are. */
export function assumed(
  view: ViewLookup,
  assumptions: readonly Assumption[],
  target: (slug: string) => EngineTarget | undefined,
  flow: EngineFlow,
  nowWallMs: number,
): ViewLookup {
  if (assumptions.length === 0) return view;
  return (scope, id) => {
    const assumption = assumptions.findLast((one) => one.scope === scope && one.id === id);
    const known = view(scope, id);
    if (assumption === undefined) return known;
    const openMs = openSeconds(scope, id, target, flow) * 1000;
    return under(assumption, known ?? untouched(scope, id, nowWallMs), nowWallMs, openMs);
  };
}

function under({ scope, id, state }: Assumption, view: ScopeView, now: number, openMs: number): ScopeView {
  const free: ScopeView = {
    ...view,
    state: 'closed',
    effective: 'closed',
    sinceWallMs: now,
    outageSinceWallMs: null,
    why: WHY,
    openUntilWallMs: null,
    probe: null,
    cooldown: null,
    override: null,
    derived: null,
    ramp: null,
    shadow: null,
  };
  switch (state) {
    case 'closed':
      return free;
    case 'open':
      return { ...free, state, effective: state, outageSinceWallMs: now, openUntilWallMs: now + openMs };
    case 'forced_open': {
      const by = 'this question';
      const override = { scope, id, kind: state, reason: WHY, by, setAtWallMs: now, expiresAtWallMs: null };
      return { ...free, effective: state, override };
    }
    default: {
      const never: never = state;
      return never;
    }
  }
}

/** First open period of the scope, as a target of the flow that goes through it has it. */
function openSeconds(
  scope: ScopeKind,
  id: string,
  target: (slug: string) => EngineTarget | undefined,
  flow: EngineFlow,
): number {
  const below = flow.chain
    .flatMap((entry) => target(entry.target) ?? [])
    .find((one) => idOf(one, scope) === id);
  return below?.breaker.openSeconds ?? 0;
}

function idOf({ slug, endpointId, provider }: EngineTarget, scope: ScopeKind): string {
  return { target: slug, endpoint: endpointId, provider }[scope];
}

/** A scope that nobody has reported on: closed, with nothing counted. */
function untouched(scope: ScopeKind, id: string, nowWallMs: number): ScopeView {
  return {
    scope,
    id,
    seq: 0,
    state: 'closed',
    effective: 'closed',
    sinceWallMs: nowWallMs,
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
