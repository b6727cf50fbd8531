import type { BreakerTransition, BreakerView } from '#lib/contract/breaker-view.ts';

type State = BreakerTransition['to'];
type Now = Pick<BreakerView, 'state' | 'sinceWallMs' | 'why' | 'derived'>;

export interface StripSegment {
  fromMs: number;
  toMs: number;
  /** null: not known, before the first event that we have. */
  state: State | null;
  why: string | null;
}

/** The states of one scope over a range, from its transitions in any order and its state now. Not sampled: every edge is there. */
export function stripSegments(
  transitions: readonly BreakerTransition[],
  view: Now | undefined,
  fromMs: number,
  toMs: number,
): StripSegment[] {
  const now = view === undefined ? undefined : standing(view);
  const edges = transitions
    .filter(({ atWallMs }) => atWallMs <= toMs)
    // Lists come newest first: of two in one millisecond, the later one in the list was first.
    .toReversed()
    .toSorted((a, b) => a.atWallMs - b.atWallMs);
  const segments: StripSegment[] = [];
  const first = edges[0];
  let state: State | null = first === undefined ? stateWithoutEdges(now, fromMs) : first.from;
  let why: string | null = first === undefined ? (now?.why ?? null) : null;
  let since = fromMs;
  for (const edge of edges) {
    // It did not leave the state that it was last seen to enter: a restart lies between, at a moment that nobody recorded.
    if (edge.from !== state) {
      state = null;
      why = null;
    }
    if (edge.atWallMs > fromMs) push(segments, { fromMs: since, toMs: edge.atWallMs, state, why });
    since = Math.max(fromMs, edge.atWallMs);
    state = edge.to;
    why = edge.why;
  }
  const anew = now !== undefined && first !== undefined && now.state !== state && now.sinceWallMs > since;
  if (!anew || now.sinceWallMs >= toMs) {
    push(segments, { fromMs: since, toMs, state, why });
    return segments;
  }
  push(segments, { fromMs: since, toMs: now.sinceWallMs, state, why });
  push(segments, { fromMs: now.sinceWallMs, toMs, state: now.state, why: now.why });
  return segments;
}

/** The state that the strip shows now, since when, and why. */
function standing({ state, sinceWallMs, why, derived }: Now): Standing {
  return state === 'closed' && derived !== null
    ? { state: 'derived_open', sinceWallMs: derived.sinceWallMs, why: derived.why }
    : { state, sinceWallMs, why };
}

interface Standing {
  state: State;
  sinceWallMs: number;
  why: string;
}

function stateWithoutEdges(
  now: Pick<Standing, 'state' | 'sinceWallMs'> | undefined,
  fromMs: number,
): State | null {
  if (now === undefined) return null;
  // Nothing happened in the range: it has been as it is now, if that began before; a fresh process counts as closed before.
  return now.sinceWallMs <= fromMs || now.state === 'closed' ? now.state : null;
}

function push(segments: StripSegment[], segment: StripSegment): void {
  if (segment.toMs > segment.fromMs) segments.push(segment);
}

/** Share of the range in each state, for words. */
export function stripShares(segments: readonly StripSegment[]): Readonly<Record<State, number>> {
  const total = segments.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const shares = { closed: 0, open: 0, half_open: 0, derived_open: 0 };
  for (const { state, fromMs, toMs } of segments) {
    if (state !== null && total > 0) shares[state] += (toMs - fromMs) / total;
  }
  return shares;
}
