import type { Clock } from '#lib/engine/clock.ts';
import { effectOf } from '#lib/engine/effects.ts';
import type { ResumeAt } from '#lib/engine/run-types.ts';
import type { Failure } from '#lib/engine/types.ts';
import {
  buildContinuation,
  canBePrefilled,
  canBeSpliced,
  createSplicedStream,
  type Splice,
} from '#lib/wire/splice.ts';
import type { ClientRequest, Relayed } from '#lib/wire/types.ts';
import type { StreamAnswer } from './answer.ts';
import type { Calls } from './calls.ts';
import type { Exchange } from './exchange.ts';
import type { FlowEntry } from './snapshot-index.ts';

/** Longest text that a backup model is asked to repeat, characters: the chance that it does falls with every word. */
const REPEATABLE = 1_000;

/** What of a broken answer another target could go on with; null: nothing, or the flow does not want it. */
export function continuable(
  request: ClientRequest,
  { flow }: FlowEntry,
  answer: StreamAnswer,
  failure: Failure,
): Relayed | null {
  if (flow.policy.midStream !== 'resume' || !canBeSpliced(request)) return null;
  const elsewhere = effectOf(failure.class).failOver === 'yes' && failure.timeout !== 'deadline';
  return elsewhere ? answer.relayed() : null;
}

/** Where and how the answer may go on: what is certain to fit at its end, or what is compared before a word of it is relayed. */
export function resumeAt(request: ClientRequest, { flow, targets }: FlowEntry, relayed: Relayed): ResumeAt {
  return ({ slug, capabilities }, alternate) => {
    const target = targets.get(slug);
    if (target === undefined) return null;
    const declared = flow.policy.prefill && capabilities?.includes('prefill') === true;
    if (declared && canBePrefilled(request, target.upstream, relayed)) return 'prefill';
    return alternate || relayed.text.length <= REPEATABLE ? 'restart' : null;
  };
}

/** The calls of a request whose answer may go on elsewhere once `exchange` knows what the client has of it. */
export function resumable(calls: Calls, request: ClientRequest, exchange: Exchange): Calls {
  return {
    ...calls,
    continued: (mode) => {
      const { relayed, services } = exchange;
      return relayed === null ? calls : continuedCalls(calls, request, { mode, relayed }, services.clock);
    },
  };
}

function continuedCalls(calls: Calls, request: ClientRequest, splice: Splice, clock: Clock): Calls {
  return {
    ...calls,
    build: (target) =>
      splice.mode === 'restart' ? calls.build(target) : buildContinuation(request, target.upstream, splice),
    decoder: (target) => createSplicedStream(request, target.upstream, splice, clock.wall()),
  };
}
