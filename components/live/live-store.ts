import type { BreakerView } from '#lib/contract/breaker-view.ts';
import type { LiveEvent } from '#lib/contract/live.ts';
import { type Connection, type ConnectionEvent, initialConnection, reduceConnection } from './connection.ts';
import { applyLiveEvent, EMPTY_LIVE_STATE, type LiveState, withBreakers } from './live-state.ts';
import { ServerClock } from './server-clock.ts';

/** How often pulses reach React. */
const PULSE_MS = 1_000;
/** Changes of state are shown this soon, so that a storm of them is one render. */
const CHANGE_MS = 80;

/** What components read. */
export interface LiveView {
  state: LiveState;
  connection: Connection;
  /** Changes of breakers since the view was frozen by a pause. */
  changesWhilePaused: number;
}

/**
 * The live state outside React. Breaker changes are shown within a blink, pulses at most once a second, and nothing while the operator has
 * paused the view (the state underneath goes on).
 */
export class LiveStore {
  readonly clock = new ServerClock();
  #state: LiveState = EMPTY_LIVE_STATE;
  #view: LiveView;
  #listeners = new Set<() => void>();
  #flush: { timer: ReturnType<typeof setTimeout>; at: number } | null = null;
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#view = {
      state: EMPTY_LIVE_STATE,
      connection: initialConnection(now()),
      changesWhilePaused: 0,
    };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  view = (): LiveView => this.#view;

  /** The newest state, paused or not: for what must never act on an old picture. */
  latest(): LiveState {
    return this.#state;
  }

  receive(event: LiveEvent): void {
    const at = this.#now();
    if (event.type === 'heartbeat' || event.type === 'metrics' || event.type === 'snapshot') {
      this.clock.observe(event.data.now, at);
    }
    this.#state = applyLiveEvent(this.#state, event);
    this.#connect({ type: 'message', at });
    if (event.type === 'breaker' || event.type === 'transition') this.#count();
    this.#later(at + (event.type === 'metrics' || event.type === 'heartbeat' ? PULSE_MS : CHANGE_MS));
  }

  /** Views from a mutation's answer. */
  merge(views: readonly BreakerView[]): void {
    this.#state = withBreakers(this.#state, views);
    this.#show();
  }

  /** Views from a poll while there is no stream: they are the whole truth. */
  replace(views: readonly BreakerView[], nowWallMs: number | null): void {
    const at = this.#now();
    if (nowWallMs !== null) this.clock.observe(nowWallMs, at);
    this.#state = withBreakers({ ...this.#state, breakers: new Map() }, views);
    this.#connect({ type: 'polled', at });
    this.#show();
  }

  connection(): Connection {
    return this.#view.connection;
  }

  dispatch(event: ConnectionEvent): void {
    const before = this.#view.connection;
    this.#connect(event);
    if (this.#view.connection === before) return;
    if (event.type === 'pause') this.#view = { ...this.#view, changesWhilePaused: 0 };
    this.#show();
  }

  #connect(event: ConnectionEvent): void {
    const connection = reduceConnection(this.#view.connection, event);
    if (connection !== this.#view.connection) this.#view = { ...this.#view, connection };
  }

  #frozen(): boolean {
    const { connection } = this.#view;
    return connection.kind === 'paused' && connection.by === 'user';
  }

  #count(): void {
    if (!this.#frozen()) return;
    this.#view = { ...this.#view, changesWhilePaused: this.#view.changesWhilePaused + 1 };
  }

  /** Shows at `at`, or sooner when something sooner is due. */
  #later(at: number): void {
    if (this.#flush !== null) {
      if (this.#flush.at <= at) return;
      clearTimeout(this.#flush.timer);
    }
    this.#flush = { at, timer: setTimeout(() => this.#show(), Math.max(0, at - this.#now())) };
  }

  #show(): void {
    if (this.#flush !== null) clearTimeout(this.#flush.timer);
    this.#flush = null;
    if (!this.#frozen()) this.#view = { ...this.#view, state: this.#state };
    for (const listener of this.#listeners) listener();
  }
}
