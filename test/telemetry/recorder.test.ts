import { describe, expect, test } from 'vitest';
import type { MetricCell } from '#lib/contract/records.ts';
import { add } from '#lib/telemetry/histogram.ts';
import { queryMetrics, type RollupHistory } from '#lib/telemetry/metrics-query.ts';
import { flowPulses, targetPulses } from '#lib/telemetry/pulse.ts';
import { Recorder } from '#lib/telemetry/recorder.ts';
import type { Rollup } from '#lib/telemetry/rollup-buffer.ts';
import { alignStep, chooseStep } from '#lib/telemetry/series.ts';

const START = 1_700_000_000_000;

function cell(over: Partial<MetricCell>, latencies: number[] = []): MetricCell {
  const latency: MetricCell['latency'] = [];
  for (const ms of latencies) add(latency, ms);
  return {
    kind: 'attempt',
    flow: 'chat',
    target: 'a',
    outcome: 'ok',
    count: latencies.length,
    latency,
    latencyMaxMs: Math.max(0, ...latencies),
    firstToken: [],
    ...over,
  };
}

function recorder(options: Partial<ConstructorParameters<typeof Recorder>[0]> = {}) {
  const rollups: Rollup[] = [];
  const one = new Recorder({ startWallMs: START, onRollups: (spans) => rollups.push(...spans), ...options });
  const tick = (second: number, cells: MetricCell[], inFlight: Record<string, number> = {}) =>
    one.tick({ atWallMs: START + second * 1000, cells, inFlight });
  return { one, rollups, tick };
}

const noHistory: RollupHistory = {
  between: () => Promise.reject(new Error('the database was asked')),
  lastBefore: () => Promise.reject(new Error('the database was asked')),
};
const query = { by: 'target' as const, keys: ['a'], providerOf: () => 'p' };

describe('recorder', () => {
  test('memory stays bounded in time', () => {
    const { one, tick } = recorder({ keepSecondsMs: 10_000 });
    for (let second = 1; second <= 100; second += 1) tick(second, [cell({}, [5])]);
    expect(one.seconds.cellCount).toBeLessThanOrEqual(11);
  });

  test('memory stays bounded in cells, and what was given up is no longer claimed', () => {
    const { one, tick } = recorder({ maxCells: 50 });
    for (let second = 1; second <= 100; second += 1)
      tick(second, [cell({}, [5]), cell({ target: 'b' }, [5])]);
    expect(one.seconds.cellCount).toBeLessThanOrEqual(50);
    expect(one.seconds.coversSinceWallMs).toBeGreaterThan(START + 70_000);
  });

  test('attempts of the last hour are kept unsampled, bounded by count', () => {
    const { one } = recorder({ maxAttempts: 100 });
    for (let batch = 0; batch < 30; batch += 1) {
      const rows = Array.from({ length: 10 }, (_, row) => START + batch * 1000 + row);
      one.records(
        {
          dropped: 0,
          attempts: {
            names: ['chat', 'a', 'ok'],
            atWallMs: rows,
            flow: rows.map(() => 0),
            target: rows.map(() => 1),
            outcome: rows.map(() => 2),
            durationMs: rows.map(() => 7),
            firstTokenMs: rows.map(() => -1),
          },
        },
        START + batch * 1000,
      );
    }
    expect(one.attempts.count).toBe(100);
    const newest = one.attempts.query({ target: 'a', limit: 15 });
    expect(newest.atWallMs).toHaveLength(15);
    expect(newest.atWallMs[0]).toBe(START + 29_009);
    expect(one.attempts.query({ target: 'b' }).atWallMs).toEqual([]);
  });

  test('a ten-second span is handed over once, whole, and only when it can no longer change', () => {
    const { rollups, tick, one } = recorder();
    for (let second = 1; second <= 11; second += 1) tick(second, [cell({}, [10, 20])]);
    expect(rollups).toEqual([]);
    tick(13, []);
    expect(rollups).toHaveLength(1);
    expect(rollups[0]).toMatchObject({ startWallMs: START, spanSeconds: 10, count: 20 });
    one.flush(START + 13_000, true);
    expect(rollups.reduce((sum, span) => sum + span.count, 0)).toBe(22);
  });
});

describe('metrics', () => {
  test('histograms are merged, not averaged', async () => {
    const { one, tick } = recorder();
    tick(1, [
      cell(
        {},
        Array.from({ length: 99 }, () => 10),
      ),
    ]);
    tick(2, [cell({}, [5_000])]);
    const metrics = await queryMetrics(one, noHistory, {
      ...query,
      fromWallMs: START,
      toWallMs: START + 10_000,
      stepSeconds: 10,
    });
    const point = metrics.series[0]?.points[0];
    expect(point?.count).toBe(100);
    expect(point?.p50).toBeCloseTo(10, -0.5);
    expect(point?.p95 ?? 0).toBeLessThan(12);
    expect(point?.max).toBe(5_000);
  });

  test('a recent range never asks the database', async () => {
    const { one, tick } = recorder();
    tick(1, [cell({}, [10])]);
    await expect(
      queryMetrics(one, noHistory, { ...query, fromWallMs: START, toWallMs: START + 5_000 }),
    ).resolves.toMatchObject({ stepSeconds: 1 });
  });

  test('seconds without answers are gaps, not zeros', async () => {
    const { one, tick } = recorder();
    tick(1, [cell({}, [10])]);
    tick(2, []);
    const { series } = await queryMetrics(one, noHistory, {
      ...query,
      fromWallMs: START,
      toWallMs: START + 2_000,
    });
    expect(series[0]?.points.map((point) => point.p95 === null)).toEqual([false, true]);
    expect(series[0]?.points.map((point) => point.count)).toEqual([1, 0]);
  });

  test('failures count as errors but do not make a target look fast', async () => {
    const { one, tick } = recorder();
    tick(1, [cell({}, [1_000]), cell({ outcome: 'server_error' }, [1, 1, 1])]);
    const { series } = await queryMetrics(one, noHistory, {
      ...query,
      fromWallMs: START,
      toWallMs: START + 1_000,
    });
    expect(series[0]?.points[0]).toMatchObject({ count: 4, errors: 3 });
    expect(series[0]?.points[0]?.p50 ?? 0).toBeGreaterThan(900);
    expect(series[0]?.outcomes).toEqual({ ok: 1, server_error: 3 });
  });

  test('older spans come from the database and meet the seconds without a gap or a double count', async () => {
    const { one, tick } = recorder();
    for (let second = 1; second <= 30; second += 1) tick(second, [cell({}, [10])]);
    const span = (start: number): Rollup => ({
      ...cell(
        { count: 10 },
        Array.from({ length: 10 }, () => 10),
      ),
      startWallMs: start,
      spanSeconds: 10,
    });
    const asked: number[][] = [];
    const history: RollupHistory = {
      between: async (from, to) => {
        asked.push([from, to]);
        return [START - 20_000, START - 10_000].map(span);
      },
      lastBefore: async () => null,
    };
    const metrics = await queryMetrics(one, history, {
      ...query,
      fromWallMs: START - 20_000,
      toWallMs: START + 30_000,
    });
    expect(metrics.stepSeconds).toBe(10);
    expect(metrics.series[0]?.points.map((point) => point.count)).toEqual([10, 10, 10, 10, 10]);
    expect(asked).toEqual([[START - 20_000, START]]);
  });

  test('steps follow the range', () => {
    const minutes = [5, 15, 60, 360, 1440, 10_080];
    expect(minutes.map((range) => chooseStep(range * 60_000))).toEqual([1, 5, 15, 60, 300, 1800]);
    expect(alignStep(15, 10)).toBe(20);
  });
});

describe('pulse', () => {
  test('a tile shows the last minute and five minutes of sparkline, with gaps where nobody reported', () => {
    const { one, tick } = recorder();
    for (let second = 1; second <= 60; second += 1)
      tick(second, [cell({}, [10]), cell({ outcome: 'timeout' }, [20])], { a: 3 });
    const [pulse] = targetPulses(one, ['a'], START + 61_000);
    expect(pulse).toMatchObject({ target: 'a', perSecond: 2, errorShare: 0.5, inFlight: 3 });
    expect(pulse?.spark).toHaveLength(60);
    expect(pulse?.spark.slice(-12).reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(120);
    expect(pulse?.spark[0]).toBeNull();
  });

  test('a quiet target reads zero, not unknown', () => {
    const { one, tick } = recorder();
    for (let second = 5; second <= 60; second += 5) tick(second, []);
    const [pulse] = targetPulses(one, ['a'], START + 61_000);
    expect(pulse?.errorShare).toBeNull();
    expect(pulse?.spark.slice(-10)).toEqual(Array.from({ length: 10 }, () => 0));
  });

  test('a flow counts requests, who served them, and degraded shares', () => {
    const { one, tick } = recorder();
    tick(1, [
      cell({ kind: 'request', outcome: 'primary' }, [10, 10]),
      cell({ kind: 'request', outcome: 'backup', target: 'b' }, [10]),
      cell({ kind: 'request', outcome: 'failed', target: '' }, [1]),
    ]);
    const [pulse] = flowPulses(one, ['chat'], START + 2_000);
    expect(pulse).toMatchObject({
      requests: 4,
      served: 3,
      errorShare: 0.25,
      degradedShare: 0.25,
      byTarget: { a: 2, b: 1 },
    });
    expect(one.flowRates(START + 2_000).get('chat')).toBe(4);
  });
});
