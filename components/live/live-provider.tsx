'use client';

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import type { LiveEvent } from '#lib/contract/live.ts';
import { ApiError } from '../api/client.ts';
import { fetchBreakers } from '../api/resources.ts';
import { openEventStream } from './event-stream.ts';
import { LiveStore } from './live-store.ts';
import { staleAfter } from './stale-after.ts';

const TICK_MS = 1_000;
const POLL_MS = 5_000;
const RETRY_MS = 2_000;
const MAX_RETRY_MS = 15_000;
/** Failures in a row after which we ask by polling beside it. */
const POLL_AFTER = 3;
/** A hidden tab gives its connection back after this long. */
const HIDE_MS = 60_000;

const LiveContext = createContext<LiveStore | null>(null);

/** Owns the one EventSource of the tab; everything below reads from its store. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [store] = useState(() => new LiveStore(() => Date.now()));
  useEffect(() => runLive(store, client), [store, client]);
  return <LiveContext value={store}>{children}</LiveContext>;
}

export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (store === null) throw new Error('useLiveStore is used outside LiveProvider.');
  return store;
}

/** Connects, reconnects, polls in between, rests while the tab is hidden. Returns how to stop. */
function runLive(store: LiveStore, client: QueryClient): () => void {
  let close: () => void = () => {};
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let again = false;

  const connect = () => {
    clearTimeout(retry);
    close();
    close = openEventStream({
      event: (event) => {
        failures = 0;
        store.receive(event);
        refreshLists(client, event, again);
        if (event.type === 'snapshot') again = true;
      },
      lost: (closed) => {
        failures += 1;
        store.dispatch({ type: 'lost', at: Date.now() });
        if (failures >= POLL_AFTER) store.dispatch({ type: 'poll-started', at: Date.now() });
        if (!closed) return;
        retry = setTimeout(connect, Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (failures - 1)));
        // EventSource does not tell a 401 from a dead server; asking once does.
        void poll(store);
      },
      malformed: (type) => console.warn(`A live "${type}" event was not understood and was left out.`),
    });
  };
  const disconnect = () => {
    clearTimeout(retry);
    close();
  };

  const ticking = setInterval(() => store.dispatch({ type: 'tick', at: Date.now() }), TICK_MS);
  const polling = setInterval(() => {
    const { kind } = store.connection();
    if (kind === 'polling' || kind === 'unauthorised') void poll(store);
  }, POLL_MS);
  const unwatch = watchVisibility(store, connect, disconnect);
  connect();
  return () => {
    clearInterval(ticking);
    clearInterval(polling);
    unwatch();
    disconnect();
  };
}

async function poll(store: LiveStore): Promise<void> {
  try {
    const { items } = await fetchBreakers();
    const { kind } = store.connection();
    if (kind === 'polling') store.replace(items, null);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      store.dispatch({ type: 'unauthorised', at: Date.now() });
    }
  }
}

function watchVisibility(store: LiveStore, connect: () => void, disconnect: () => void): () => void {
  let hiding: ReturnType<typeof setTimeout> | undefined;
  const changed = () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => {
        if (store.connection().kind === 'paused') return;
        disconnect();
        store.dispatch({ type: 'hide', at: Date.now() });
      }, HIDE_MS);
      return;
    }
    const now = store.connection();
    if (now.kind !== 'paused' || now.by !== 'hidden') return;
    store.dispatch({ type: 'resume', at: Date.now() });
    connect();
  };
  document.addEventListener('visibilitychange', changed);
  return () => {
    clearTimeout(hiding);
    document.removeEventListener('visibilitychange', changed);
  };
}

/** A read under way is not thrown away. */
function refreshLists(client: QueryClient, event: LiveEvent, again: boolean): void {
  for (const queryKey of staleAfter(event, again)) {
    void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
  }
}
