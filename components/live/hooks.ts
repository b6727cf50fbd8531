'use client';

import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { BreakerTransition, BreakerView } from '#lib/contract/breaker-view.ts';
import type { FlowPulse, TargetPulse } from '#lib/contract/live.ts';
import { type Connection, isStale } from './connection.ts';
import { useLiveStore } from './live-provider.tsx';
import { breakerKey, EMPTY_LIVE_STATE, type LiveState } from './live-state.ts';
import type { LiveView } from './live-store.ts';

const SERVER_VIEW: LiveView = {
  state: EMPTY_LIVE_STATE,
  connection: { kind: 'connecting', since: 0, lastAt: null },
  changesWhilePaused: 0,
};

/** Re-renders only when what `select` returns changes; it must return the same object for the same state. */
function useLive<T>(select: (view: LiveView) => T): T {
  const store = useLiveStore();
  return useSyncExternalStore(
    store.subscribe,
    () => select(store.view()),
    () => select(SERVER_VIEW),
  );
}

const selectState = (view: LiveView) => view.state;
const selectConnection = (view: LiveView) => view.connection;

/** The whole picture; for pages that compute words from all of it. */
export function useLiveState(): LiveState {
  return useLive(selectState);
}

export function useConnection(): Connection {
  return useLive(selectConnection);
}

export function useChangesWhilePaused(): number {
  return useLive(useCallback((view: LiveView) => view.changesWhilePaused, []));
}

/** undefined: not known (yet). */
export function useBreaker(scope: BreakerView['scope'], id: string): BreakerView | undefined {
  const key = breakerKey(scope, id);
  return useLive(useCallback((view: LiveView) => view.state.breakers.get(key), [key]));
}

export function useBreakers(): ReadonlyMap<string, BreakerView> {
  return useLive(useCallback((view: LiveView) => view.state.breakers, []));
}

export function useTargetPulse(target: string): TargetPulse | undefined {
  return useLive(useCallback((view: LiveView) => view.state.targets.get(target), [target]));
}

export function useFlowPulse(flow: string): FlowPulse | undefined {
  return useLive(useCallback((view: LiveView) => view.state.flows.get(flow), [flow]));
}

/** Transitions seen by this page, newest first. */
export function useRecentTransitions(): readonly BreakerTransition[] {
  return useLive(useCallback((view: LiveView) => view.state.transitions, []));
}

/** The server's wall clock now, ms, ticking each second; null before hydration. Stands still while the view is paused. */
export function useServerNow(everyMs = 1_000): number | null {
  const store = useLiveStore();
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const read = () => {
      const connection = store.connection();
      const local = connection.kind === 'paused' && connection.by === 'user' ? connection.since : Date.now();
      setNow(local + store.clock.offset());
    };
    read();
    const timer = setInterval(read, everyMs);
    return () => clearInterval(timer);
  }, [store, everyMs]);
  return now;
}

export interface Freshness {
  stale: boolean;
  /** Server's clock when the last message came; null: never. */
  asOfWallMs: number | null;
}

/** Whether what is on the screen may be taken for the present. */
export function useFreshness(): Freshness {
  const store = useLiveStore();
  const connection = useConnection();
  const now = useServerNow();
  const offset = store.clock.offset();
  return {
    stale: now !== null && isStale(connection, now - offset),
    asOfWallMs: connection.lastAt === null ? null : connection.lastAt + offset,
  };
}
