import { Engine, type EngineEvent } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunRequest } from '#lib/engine/run-types.ts';
import type { EngineFlow, EnginePolicy, EngineTarget, Failure } from '#lib/engine/types.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFlow, makeRequest, makeTarget } from './factories.ts';

export type Answer = 'ok' | Failure | 'silence';

export const east = makeTarget('a.east.big');
export const west = makeTarget('a.west.big');
export const backup = makeTarget('b.eu.small');

/** An engine over virtual time whose targets answer as `answers` says, in order; the last answer repeats. */
export function world(
  targets: readonly EngineTarget[],
  answers: Record<string, Answer[]>,
  policy: Partial<EnginePolicy> = {},
) {
  const clock = new VirtualClock();
  const events: EngineEvent[] = [];
  const engine = new Engine({ clock, random: () => 0.5, onEvent: (event) => events.push(event) });
  const flow = makeFlow(targets, policy);
  engine.configure(makeConfig(targets, flow));
  const calls: { target: string; at: number; signal: AbortSignal }[] = [];
  const call = async (attempt: AttemptContext): Promise<AttemptOutcome<string>> => {
    const { slug } = attempt.target;
    calls.push({ target: slug, at: clock.now(), signal: attempt.signal });
    const queue = answers[slug] ?? ['ok'];
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (answer === 'silence') return new Promise(() => undefined);
    if (answer === undefined || answer === 'ok') return { kind: 'committed', value: slug, firstTokenMs: 100 };
    return { kind: 'failed', failure: answer };
  };
  const run = (differs: Partial<RunRequest> = {}, of: EngineFlow = flow) =>
    clock.until(engine.run(makeRequest(of, clock.now(), differs), call));
  return { clock, engine, events, flow, calls, call, run, order: () => calls.map(({ target }) => target) };
}
