import { describe, expect, it } from 'vitest';
import { Engine } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome, RunRequest } from '#lib/engine/run-types.ts';
import type { EngineFlow, EnginePolicy, EngineTarget, Failure } from '#lib/engine/types.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFailure, makeFlow, makeRequest, makeTarget } from './factories.ts';

type Answer = 'ok' | Failure | 'silence';

const east = makeTarget('a.east.big');
const west = makeTarget('a.west.big');
const backup = makeTarget('b.eu.small');

/** An engine over virtual time whose targets answer as `answers` says, in order; the last answer repeats. */
function world(
  targets: readonly EngineTarget[],
  answers: Record<string, Answer[]>,
  policy: Partial<EnginePolicy> = {},
) {
  const clock = new VirtualClock();
  const engine = new Engine({ clock, random: () => 0.5 });
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
  return { clock, engine, flow, calls, call, run, order: () => calls.map(({ target }) => target) };
}

describe('failing over', () => {
  it('answers from the primary, undegraded and without a reason, while it is healthy', async () => {
    const { run, order } = world([east, west, backup], {});
    expect(await run()).toMatchObject({
      kind: 'served',
      value: east.slug,
      degraded: false,
      reason: null,
      attempts: 1,
    });
    expect(order()).toEqual([east.slug]);
  });

  it('answers from the alternate, undegraded but with the reason, when the primary fails', async () => {
    const { run, order } = world([east, west, backup], { [east.slug]: [makeFailure('server_error')] });
    expect(await run()).toMatchObject({
      kind: 'served',
      value: west.slug,
      degraded: false,
      reason: 'server_error',
      attempts: 2,
    });
    expect(order()).toEqual([east.slug, west.slug]);
  });

  it('calls an answer by a backup model degraded', async () => {
    const { run } = world([east, backup], { [east.slug]: [makeFailure('overloaded')] });
    expect(await run()).toMatchObject({ kind: 'served', degraded: true, reason: 'overloaded' });
  });

  it('refuses gracefully instead of using a backup model in quality mode', async () => {
    const { run, order } = world(
      [east, backup],
      { [east.slug]: [makeFailure('server_error')] },
      { mode: 'quality' },
    );
    const outcome = await run();
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'server_error', retryAfterMs: 30_000 });
    expect(outcome.trail.at(-1)).toMatchObject({ kind: 'skip', target: backup.slug, reason: 'mode' });
    expect(order()).toEqual([east.slug]);
  });
});
