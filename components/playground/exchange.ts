import type { PlaygroundInput } from '#lib/contract/api.ts';
import { type Completion, EMPTY_COMPLETION, foldChunk, readAnswer } from './completion.ts';
import { readServedHeaders, type ServedHeaders } from './served-headers.ts';
import { createSseParser } from './sse-parser.ts';

/** One question and what has come back so far. */
export interface Exchange {
  phase: 'waiting' | 'streaming' | 'done' | 'stopped';
  /** null until the status line is here. */
  status: number | null;
  headers: ServedHeaders | null;
  completion: Completion;
  /** Since the question was sent, ms. */
  firstTextMs: number | null;
  totalMs: number | null;
}

export const WAITING: Exchange = {
  phase: 'waiting',
  status: null,
  headers: null,
  completion: EMPTY_COMPLETION,
  firstTextMs: null,
  totalMs: null,
};

export interface ExchangeCall {
  flow: string;
  input: PlaygroundInput;
  signal: AbortSignal;
  fetch: typeof fetch;
  /** Monotonic ms. */
  now: () => number;
}

/** Asks a flow and yields the exchange as it grows. Never throws: a failure is part of the exchange. */
export async function* exchange(call: ExchangeCall): AsyncGenerator<Exchange> {
  const start = call.now();
  let state = WAITING;
  const ended = (own: Partial<Exchange>): Exchange => ({
    ...state,
    phase: 'done',
    totalMs: call.now() - start,
    ...own,
  });
  try {
    const response = await ask(call);
    state = { ...state, status: response.status, headers: readServedHeaders(response.headers) };
    yield state;
    const isStream = (response.headers.get('content-type') ?? '').includes('text/event-stream');
    if (!isStream || response.body === null) {
      const completion = readAnswer(await response.text());
      yield ended({ completion, firstTextMs: completion.text === '' ? null : call.now() - start });
      return;
    }
    for await (const data of eventsOf(response.body)) {
      const completion = foldChunk(state.completion, data);
      const firstTextMs = state.firstTextMs ?? (completion.text === '' ? null : call.now() - start);
      state = { ...state, phase: 'streaming', completion, firstTextMs };
      yield state;
    }
    yield ended(
      state.completion.done || state.completion.error ? {} : { completion: cutShort(state.completion) },
    );
  } catch (error) {
    if (call.signal.aborted) yield ended({ phase: 'stopped' });
    else yield ended({ completion: { ...state.completion, done: true, error: connectionError(error) } });
  }
}

function ask({ flow, input, signal, fetch }: ExchangeCall): Promise<Response> {
  return fetch(`/api/v1/flows/${encodeURIComponent(flow)}/playground`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    credentials: 'same-origin',
    cache: 'no-store',
    body: JSON.stringify(input),
    signal,
  });
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const parser = createSseParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) yield event.data;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function cutShort(completion: Completion): Completion {
  const message = 'The stream ended without its end marker: the answer may be incomplete.';
  return { ...completion, done: true, error: { message, type: null, code: null } };
}

function connectionError(error: unknown): Completion['error'] {
  const detail = error instanceof Error ? error.message : String(error);
  return { message: `The connection broke: ${detail}`, type: null, code: null };
}
