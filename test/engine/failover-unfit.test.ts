import { describe, expect, it } from 'vitest';
import type { Unfit } from '#lib/engine/run-types.ts';
import type { EngineTarget } from '#lib/engine/types.ts';
import { makeFailure, makeTarget } from './factories.ts';
import { type Answer, backup, east, west, world } from './world.ts';

const down = makeFailure('server_error', { status: 503 });
const state: Unfit = { reason: 'state', text: 'The conversation lives at provider a.' };

function unfitFor(reasons: Record<string, Unfit>) {
  const asked: string[] = [];
  const unfit = ({ slug }: EngineTarget): Unfit | null => {
    asked.push(slug);
    return reasons[slug] ?? null;
  };
  return { unfit, asked };
}

describe('what the host knows of a target and a request', () => {
  it('passes the target over, in the host\u2019s words, asking once for each', async () => {
    const { run, order } = world([east, west, backup], {});
    const { unfit, asked } = unfitFor({
      [east.slug]: { reason: 'incapable', text: 'a-east-big takes no audio.' },
      [west.slug]: { reason: 'context_window', text: 'a-west-big takes 8 000 tokens.' },
    });
    const outcome = await run({ unfit });
    expect(outcome).toMatchObject({ kind: 'served', value: backup.slug, reason: 'incapable' });
    expect(outcome.trail.slice(0, 2)).toMatchObject([
      { kind: 'skip', target: east.slug, reason: 'incapable', text: 'a-east-big takes no audio.' },
      { kind: 'skip', target: west.slug, reason: 'context_window', text: 'a-west-big takes 8 000 tokens.' },
    ]);
    expect(order()).toEqual([backup.slug]);
    expect(asked).toEqual([east.slug, west.slug, backup.slug]);
  });

  it('is not asked of targets that are disabled or that the mode rules out', async () => {
    const off = makeTarget('c.eu.big', { enabled: false });
    const { run } = world([east, off, backup], {}, { mode: 'quality' });
    const { unfit, asked } = unfitFor({});
    await run({ unfit });
    expect(asked).toEqual([east.slug]);
  });

  it('comes after what the target itself declares', async () => {
    const plain = makeTarget('a.east.big', { capabilities: [] });
    const { run } = world([plain, west], {});
    const { unfit } = unfitFor({ [plain.slug]: state });
    const needs = { tools: true, vision: false, jsonSchema: false };
    const outcome = await run({ unfit, needs });
    expect(outcome.trail[0]).toMatchObject({ reason: 'incapable' });
  });

  it.each<[Unfit['reason'], string]>([
    ['incapable', 'unsupported_feature'],
    ['context_window', 'context_length_exceeded'],
    ['state', 'state_not_portable'],
  ])(
    'is the caller\u2019s to change when no target can take the request: %s',
    async (reason, failureClass) => {
      const { run, calls } = world([east, west], {});
      const why = { reason, text: 'Because.' };
      const { unfit } = unfitFor({ [east.slug]: why, [west.slug]: why });
      expect(await run({ unfit })).toMatchObject({
        kind: 'failed',
        callersFault: true,
        failure: { class: failureClass, status: 400, message: 'Because.' },
      });
      expect(calls).toEqual([]);
    },
  );
});

describe('a request that only one target can read', () => {
  const pinned = (answers: Record<string, Answer[]>) => {
    const made = world([east, backup], answers);
    const { unfit } = unfitFor({ [backup.slug]: state });
    return { ...made, ask: () => made.run({ unfit }) };
  };

  it('is answered there', async () => {
    expect(await pinned({}).ask()).toMatchObject({ kind: 'served', value: east.slug, reason: null });
  });

  it('ends with the real failure of that target, not with a refusal', async () => {
    const outcome = await pinned({ [east.slug]: [down] }).ask();
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: down,
      callersFault: false,
      target: east,
      reason: 'server_error',
      retryAfterMs: 30_000,
    });
    expect(outcome.trail.at(-1)).toMatchObject({ kind: 'skip', target: backup.slug, reason: 'state' });
  });

  it('is told when to come back to a target that limits its calls', async () => {
    const limited = makeFailure('rate_limited', { retryAfterMs: 25_000 });
    expect(await pinned({ [east.slug]: [limited] }).ask()).toMatchObject({
      kind: 'failed',
      failure: limited,
      retryAfterMs: 25_000,
    });
  });

  it('is refused gracefully while that target may not be called', async () => {
    const { ask } = pinned({ [east.slug]: [makeFailure('rate_limited', { retryAfterMs: 25_000 })] });
    await ask();
    expect(await ask()).toMatchObject({ kind: 'refused', reason: 'rate_limited', attempts: 0 });
  });

  it('is refused as usual while another one that could read it may come back', async () => {
    const { run, engine, clock } = world([east, west, backup], { [east.slug]: [down] });
    const { unfit } = unfitFor({ [backup.slug]: state });
    const cooling = { key: `target:${west.slug}`, class: 'rate_limited' as const, message: '', level: 0 };
    engine.setCooldowns([{ ...cooling, setAtWallMs: clock.wall(), untilWallMs: clock.wall() + 9_000 }]);
    expect(await run({ unfit })).toMatchObject({
      kind: 'refused',
      reason: 'server_error',
      retryAfterMs: 9_000,
    });
  });

  it('is told the last of several failures when several could read it', async () => {
    const last = makeFailure('overloaded', { status: 529 });
    const { run } = world([east, west, backup], { [east.slug]: [down], [west.slug]: [last] });
    const { unfit } = unfitFor({ [backup.slug]: state });
    expect(await run({ unfit })).toMatchObject({ kind: 'failed', failure: last, target: west });
  });
});
