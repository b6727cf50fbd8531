import { describe, expect, it } from 'vitest';
import { makeFailure, makeTarget } from './factories.ts';
import { type Act, Stage } from './stage.ts';

/** The same model in two regions of one vendor, its sibling there, and the same model at a cloud. */
const east = makeTarget('maker.east.opus');
const west = makeTarget('maker.west.opus');
const sibling = makeTarget('maker.east.haiku');
const cloud = makeTarget('cloud.eu.opus');
const chain = [east, west, cloud, sibling];

async function conduct(acts: Record<string, Act[]>, requests: number, targets = chain) {
  const stage = new Stage(targets, acts, { maxRetriesPerTarget: 1 });
  const outcomes = [];
  for (let call = 0; call < requests; call += 1) {
    outcomes.push(await stage.run());
    await stage.clock.advance(1_000);
  }
  const servers = outcomes.map((outcome) => (outcome.kind === 'served' ? outcome.value : outcome.kind));
  return { stage, outcomes, servers };
}

describe('each way in which a provider fails', () => {
  it('rate limit: the answer comes from the next target at once, and the limited one rests as long as it asked', async () => {
    const limited: Act = { answer: makeFailure('rate_limited', { status: 429, retryAfterMs: 20_000 }) };
    const { stage, servers } = await conduct({ [east.slug]: [limited, { answer: 'ok' }] }, 21);
    expect(servers).toEqual([...Array(20).fill(west.slug), east.slug]);
    expect(stage.order().filter((slug) => slug === east.slug)).toHaveLength(2);
    expect(stage.view(east).window.failure).toBe(0);
  });

  it('5xx: one retry, then the next target, then the breaker', async () => {
    const { stage, servers } = await conduct(
      { [east.slug]: [{ answer: makeFailure('server_error', { status: 500 }) }] },
      10,
    );
    expect(servers).toEqual(Array(10).fill(west.slug));
    expect(stage.order().filter((slug) => slug === east.slug)).toHaveLength(5);
  });

  it('slow: no first token is a timeout, never retried there, and opens the breaker', async () => {
    const { stage, servers } = await conduct({ [east.slug]: [{ answer: 'silence' }] }, 8);
    expect(servers).toEqual(Array(8).fill(west.slug));
    expect(stage.order().filter((slug) => slug === east.slug).length).toBeLessThanOrEqual(6);
    expect(stage.view(east).state).not.toBe('closed');
  });

  it('model down: the sibling model answers where the chain names it next', async () => {
    const dead = { [east.slug]: [{ answer: makeFailure('overloaded', { status: 529 }) }] };
    const { stage, outcomes, servers } = await conduct(dead, 6, [east, sibling, cloud]);
    expect(servers).toEqual(Array(6).fill(sibling.slug));
    expect(outcomes[0]).toMatchObject({ degraded: true, reason: 'overloaded' });
    expect(stage.engine.view('endpoint', east.endpointId)?.effective).toBe('closed');
    const gone = { [east.slug]: [{ answer: makeFailure('model_not_found', { status: 404 }) }] };
    expect((await conduct(gone, 3, [east, sibling])).servers).toEqual(Array(3).fill(sibling.slug));
  });

  it('region out: the same model in another region answers, undegraded, and the endpoint opens', async () => {
    const refused: Act = { answer: makeFailure('connection', { connect: true }) };
    const { stage, outcomes, servers } = await conduct(
      { [east.slug]: [refused], [sibling.slug]: [refused] },
      6,
    );
    expect(servers).toEqual(Array(6).fill(west.slug));
    expect(outcomes[0]).toMatchObject({ degraded: false, reason: 'connection' });
    expect(stage.engine.view('endpoint', east.endpointId)?.state).toBe('open');
    expect(stage.engine.view('endpoint', west.endpointId)?.state).toBe('closed');
  });

  it('vendor dark: the same model at the cloud answers, undegraded, and the vendor is left in peace', async () => {
    const dead: Act = { answer: makeFailure('server_error', { status: 503 }) };
    const acts = { [east.slug]: [dead], [west.slug]: [dead], [sibling.slug]: [dead] };
    const { stage, outcomes, servers } = await conduct(acts, 12);
    expect(servers).toEqual(Array(12).fill(cloud.slug));
    expect(outcomes.every((outcome) => outcome.kind === 'served' && !outcome.degraded)).toBe(true);
    expect(stage.order().filter((slug) => slug !== cloud.slug).length).toBeLessThanOrEqual(12);
    expect(stage.engine.view('provider', 'maker')?.effective).toBe('derived_open');
  });
});
