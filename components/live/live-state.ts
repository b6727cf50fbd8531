import type { BreakerTransition, BreakerView } from '#lib/contract/breaker-view.ts';
import type { FlowPulse, LiveEvent, LiveSnapshot, TargetPulse } from '#lib/contract/live.ts';
import type { ActiveFault } from '#lib/contract/simulator.ts';

type ScopeKind = BreakerView['scope'];

/** Everything the stream has said, as one immutable value. Maps are replaced when they change, entries kept when they did not. */
export interface LiveState {
  /** False until the first snapshot or poll. */
  ready: boolean;
  seq: number;
  breakers: ReadonlyMap<string, BreakerView>;
  targets: ReadonlyMap<string, TargetPulse>;
  flows: ReadonlyMap<string, FlowPulse>;
  gateway: LiveSnapshot['gateway'] | null;
  faults: readonly ActiveFault[];
  configVersion: number | null;
  /** Newest first, at most 50, of this page's life. */
  transitions: readonly BreakerTransition[];
}

export const EMPTY_LIVE_STATE: LiveState = {
  ready: false,
  seq: 0,
  breakers: new Map(),
  targets: new Map(),
  flows: new Map(),
  gateway: null,
  faults: [],
  configVersion: null,
  transitions: [],
};

const TRANSITIONS_KEPT = 50;

export function breakerKey(scope: ScopeKind, id: string): string {
  return `${scope}:${id}`;
}

/** The state after an event; the same object when nothing changed. */
export function applyLiveEvent(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case 'snapshot':
      return applySnapshot(state, event.data);
    case 'breaker':
      return { ...withBreakers(state, [event.data]), seq: event.seq };
    case 'transition':
      return { ...state, transitions: [event.data, ...state.transitions].slice(0, TRANSITIONS_KEPT) };
    case 'metrics':
      return {
        ...state,
        targets: mapBy(event.data.targets, (pulse) => pulse.target),
        flows: mapBy(event.data.flows, (pulse) => pulse.flow),
        gateway: event.data.gateway,
      };
    case 'config':
      return { ...state, configVersion: event.data.version };
    case 'faults':
      return { ...state, faults: event.data };
    case 'gateway':
      return { ...state, gateway: event.data };
    case 'audit':
    case 'heartbeat':
      return state;
    default:
      return unreachable(event);
  }
}

/** Views from a poll or a mutation's answer: an older one never replaces a newer one. */
export function withBreakers(state: LiveState, views: readonly BreakerView[]): LiveState {
  const newer = views.filter((view) => {
    const known = state.breakers.get(breakerKey(view.scope, view.id));
    return known === undefined || view.seq >= known.seq;
  });
  if (newer.length === 0) return state;
  const breakers = new Map(state.breakers);
  for (const view of newer) breakers.set(breakerKey(view.scope, view.id), view);
  return { ...state, ready: true, breakers };
}

/** A snapshot is the whole truth of its moment: scopes it does not name are gone, and a restarted server counts from one again. */
function applySnapshot(state: LiveState, snapshot: LiveSnapshot): LiveState {
  return {
    ...state,
    ready: true,
    seq: snapshot.seq,
    breakers: mapBy(snapshot.breakers, (view) => breakerKey(view.scope, view.id)),
    targets: mapBy(snapshot.targets, (pulse) => pulse.target),
    flows: mapBy(snapshot.flows, (pulse) => pulse.flow),
    gateway: snapshot.gateway,
    faults: snapshot.faults,
    configVersion: snapshot.configVersion,
  };
}

function mapBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [key(item), item]));
}

function unreachable(value: never): never {
  throw new Error(`Unhandled live event: ${JSON.stringify(value)}`);
}
