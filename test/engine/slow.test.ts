import { describe, expect, it } from 'vitest';
import { Engine } from '#lib/engine/engine.ts';
import { Baseline } from '#lib/engine/slow.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { makeConfig, makeFlow, makeRequest, makeTarget } from './factories.ts';

const WINDOW = 60_000;
const HOUR = 3_600_000;
const START = 10 * 24 * HOUR;

function taught(samples: number, ms: number): Baseline {
  const baseline = new Baseline(WINDOW);
  for (let n = 0; n < samples; n += 1) baseline.add(START, ms);
  return baseline;
}

describe('what counts as slow', () => {
  it('is not known from fewer than 100 answers', () => {
    expect(taught(99, 1_000).limit(START + 3 * WINDOW)).toBeNull();
    expect(taught(100, 1_000).limit(START + 3 * WINDOW)).not.toBeNull();
  });

  it('is three times the 95th percentile, within the width of a histogram step', () => {
    const baseline = taught(95, 1_000);
    for (let n = 0; n < 5; n += 1) baseline.add(START, 30_000);
    const limit = baseline.limit(START + 3 * WINDOW) ?? 0;
    expect(limit).toBeGreaterThanOrEqual(3_000);
    expect(limit).toBeLessThan(3_300);
  });

  it('is never less than two seconds', () => {
    expect(taught(100, 50).limit(START + 3 * WINDOW)).toBe(2_000);
  });

  it('is not judged by the window itself', () => {
    const baseline = new Baseline(WINDOW);
    for (let n = 0; n < 1_000; n += 1) baseline.add(START + WINDOW - 1, 1_000);
    expect(baseline.limit(START + WINDOW - 1)).toBeNull();
    expect(baseline.limit(START + WINDOW)).toBeNull();
    expect(baseline.limit(START + 2 * WINDOW - 1)).toBeNull();
    expect(baseline.limit(START + 2 * WINDOW)).not.toBeNull();
  });

  it('forgets what is older than a day', () => {
    const baseline = taught(1_000, 1_000);
    expect(baseline.limit(START + 11 * HOUR)).not.toBeNull();
    expect(baseline.limit(START + 24 * HOUR)).toBeNull();
  });

  it('survives nonsense', () => {
    const baseline = new Baseline(WINDOW);
    for (let n = 0; n < 200; n += 1) baseline.add(START, n % 2 === 0 ? 0 : 1e12);
    expect(Number.isFinite(baseline.limit(START + 3 * WINDOW))).toBe(true);
  });
});

describe('a brown-out', () => {
  const target = makeTarget('a.east.big');
  const flow = makeFlow([target]);

  async function opened(stream: boolean): Promise<string | undefined> {
    const clock = new VirtualClock();
    const engine = new Engine({ clock, random: () => 0 });
    engine.configure(makeConfig([target], flow));
    const answer = (firstTokenMs: number, streamed = true) =>
      engine.run(makeRequest(flow, clock.now(), { stream: streamed }), async () => ({
        kind: 'committed',
        value: 1,
        firstTokenMs,
      }));
    for (let n = 0; n < 200; n += 1) await answer(400);
    clock.skip(3 * WINDOW);
    for (let n = 0; n < 25; n += 1) await answer(6_000, stream);
    return engine.view('target', target.slug)?.reason;
  }

  it('opens the breaker of a target whose first tokens have become slow', async () => {
    expect(await opened(true)).toBe('slow_rate');
  });

  it('is not seen in answers that are not streamed', async () => {
    expect(await opened(false)).toBe('initial');
  });
});
