/** How fresh the page is, as one value. Pure: every instant (ms, the browser's clock) is passed in. */

/** With the second between two looks, what is old shows within 12 s; two heartbeats have been missed by then. */
export const LAGGING_AFTER_MS = 11_000;
/** Polls come every 5 s; one that is missing shows. */
const POLL_STALE_AFTER_MS = 7_000;
/** A planned reconnect within this time goes unremarked. */
const RECONNECT_GRACE_MS = 4_000;

interface Seen {
  /** Last message of any kind; null: none yet. */
  lastAt: number | null;
}

type Running =
  | ({ kind: 'connecting'; since: number } & Seen)
  | { kind: 'live'; lastAt: number }
  | { kind: 'lagging'; since: number; lastAt: number }
  | ({ kind: 'reconnecting'; attempt: number; since: number } & Seen)
  | ({ kind: 'polling'; since: number } & Seen)
  | ({ kind: 'unauthorised'; since: number } & Seen);

export type Connection =
  | Running
  | ({ kind: 'paused'; by: 'user'; since: number; inner: Running } & Seen)
  | ({ kind: 'paused'; by: 'hidden'; since: number } & Seen);

export type ConnectionEvent =
  | { type: 'message'; at: number }
  | { type: 'lost'; at: number }
  | { type: 'polled'; at: number }
  | { type: 'poll-started'; at: number }
  | { type: 'unauthorised'; at: number }
  | { type: 'tick'; at: number }
  | { type: 'pause'; at: number }
  | { type: 'hide'; at: number }
  | { type: 'resume'; at: number };

export function initialConnection(at: number): Connection {
  return { kind: 'connecting', since: at, lastAt: null };
}

export function reduceConnection(state: Connection, event: ConnectionEvent): Connection {
  switch (event.type) {
    case 'pause':
      return state.kind === 'paused'
        ? state
        : { kind: 'paused', by: 'user', since: event.at, inner: state, lastAt: state.lastAt };
    case 'hide':
      return state.kind === 'paused'
        ? state
        : { kind: 'paused', by: 'hidden', since: event.at, lastAt: state.lastAt };
    case 'resume':
      return resume(state, event.at);
    default:
      if (state.kind !== 'paused') return run(state, event);
      if (state.by === 'hidden') return state;
      return withInner(state, run(state.inner, event));
  }
}

/** True when a number on the screen must not be taken for the present. */
export function isStale(state: Connection, now: number): boolean {
  switch (state.kind) {
    case 'live':
    case 'connecting':
      return false;
    case 'lagging':
    case 'unauthorised':
      return true;
    case 'reconnecting':
      return state.lastAt === null || now - state.lastAt > RECONNECT_GRACE_MS;
    case 'polling':
      return state.lastAt === null || now - state.lastAt > POLL_STALE_AFTER_MS;
    case 'paused':
      return state.by === 'hidden' || isStale(state.inner, now);
    default:
      return unreachable(state);
  }
}

function resume(state: Connection, at: number): Connection {
  if (state.kind !== 'paused') return state;
  return state.by === 'user' ? state.inner : { kind: 'connecting', since: at, lastAt: state.lastAt };
}

function withInner(state: Extract<Connection, { by: 'user' }>, inner: Running): Connection {
  return inner === state.inner ? state : { ...state, inner, lastAt: inner.lastAt };
}

function run(
  state: Running,
  event: Exclude<ConnectionEvent, { type: 'pause' | 'hide' | 'resume' }>,
): Running {
  switch (event.type) {
    case 'message':
      return { kind: 'live', lastAt: event.at };
    case 'lost':
      return lost(state, event.at);
    case 'poll-started':
      return state.kind === 'polling' ? state : { kind: 'polling', since: event.at, lastAt: state.lastAt };
    case 'polled':
      return state.kind === 'polling' ? { ...state, lastAt: event.at } : state;
    case 'unauthorised':
      return state.kind === 'unauthorised'
        ? state
        : { kind: 'unauthorised', since: event.at, lastAt: state.lastAt };
    case 'tick':
      return state.kind === 'live' && event.at - state.lastAt > LAGGING_AFTER_MS
        ? { kind: 'lagging', since: event.at, lastAt: state.lastAt }
        : state;
    default:
      return unreachable(event);
  }
}

function lost(state: Running, at: number): Running {
  switch (state.kind) {
    case 'reconnecting':
      return { ...state, attempt: state.attempt + 1 };
    case 'polling':
    case 'unauthorised':
      return state;
    default:
      return { kind: 'reconnecting', attempt: 1, since: at, lastAt: state.lastAt };
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled: ${JSON.stringify(value)}`);
}
