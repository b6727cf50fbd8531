'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import type { PlaygroundInput } from '#lib/contract/api.ts';
import { nextMessages, type Turn } from './conversation.ts';
import { type Exchange, exchange, WAITING } from './exchange.ts';

export interface Question {
  flow: string;
  stakes: PlaygroundInput['stakes'];
  system: string;
  text: string;
  /** The turn whose answer was not good enough: it and what followed are not told. */
  inPlaceOf?: number;
}

/** The turns of one conversation in this page, and the one question that may be under way. */
export function useConversation() {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const running = useRef<AbortController | null>(null);
  const nextId = useRef(1);
  const last = turns.at(-1);
  const busy =
    last !== undefined && (last.exchange.phase === 'waiting' || last.exchange.phase === 'streaming');

  useEffect(() => () => running.current?.abort(), []);

  const stop = useCallback(() => running.current?.abort(), []);
  const clear = useCallback(() => {
    running.current?.abort();
    setTurns([]);
  }, []);

  const send = async ({ flow, stakes, system, text, inPlaceOf }: Question) => {
    running.current?.abort();
    const abort = new AbortController();
    running.current = abort;
    const id = nextId.current++;
    const told = inPlaceOf === undefined ? turns : turns.filter((turn) => turn.id < inPlaceOf);
    const input: PlaygroundInput = { messages: nextMessages(told, system, text), stakes, stream: true };
    setTurns((now) => [...now, { id, flow, stakes, question: text, exchange: WAITING }]);
    const show = (state: Exchange) =>
      setTurns((now) => now.map((turn) => (turn.id === id ? { ...turn, exchange: state } : turn)));
    const call = {
      flow,
      input,
      signal: abort.signal,
      fetch: window.fetch.bind(window),
      now: () => performance.now(),
    };
    for await (const state of exchange(call)) show(state);
  };

  return { turns, busy, send, stop, clear };
}
