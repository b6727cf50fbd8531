import { expect, onTestFinished, test } from 'vitest';
import { Children } from './children.ts';
import type { GatewayBench, Measured } from './gateway-bench.ts';
import { renderGateway } from './gateway-report.ts';
import { runLoad } from './load.ts';
import { median, percentile } from './statistics.ts';
import { type Kind, MODEL, requestBody } from './workload.ts';

test('percentiles and medians are those of the textbook', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => n + 1);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile([7], 0.99)).toBe(7);
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test.each<Kind>(['plain', 'stream'])(
  'the bare proxy relays %s answers whole, and a bad answer is an error, not speed',
  async (kind) => {
    const children = new Children();
    onTestFinished(() => children.end());
    const { url: vendor } = await children.serve('mock-vendor.ts');
    const { url: proxy } = await children.serve('bare-proxy.ts', [vendor]);
    const job = { apiKey: 'k', kind, body: requestBody(MODEL, kind), durationMs: 5000, mostRequests: 40 };
    for (const origin of [vendor, proxy]) {
      const result = await runLoad({ ...job, origin });
      expect(result.errors).toBe(0);
      expect(result.requests).toBeGreaterThanOrEqual(40);
    }
    const other = kind === 'plain' ? 'stream' : 'plain';
    const wrong = await runLoad({ ...job, origin: proxy, body: requestBody(MODEL, other) });
    expect(wrong.requests).toBe(0);
    expect(wrong.errors).toBeGreaterThan(0);
  },
);

test('the table says which targets were reached and which were missed', () => {
  const of = (perSecond: number): Measured => ({ perSecond, p50Ms: 1, p99Ms: 2, cpuUs: null, requests: 10 });
  const bench: GatewayBench = {
    concurrency: 16,
    rounds: 5,
    roundMs: 2000,
    cores: 2,
    node: 'v24',
    plain: { direct: of(1000), bareProxy: of(500), switchyard: of(400) },
    stream: { direct: of(100), bareProxy: of(50), switchyard: of(30) },
    ratio: { plain: 0.8, stream: 0.6 },
    workerRssMb: 120,
    live: { streams: 'live', p99WithoutMs: 3, p99WithMs: 4 },
    translation: { passthroughUs: 1, translatedUs: 1, ratio: 1 },
    targets: { ratio: 0.7, workerRssMb: 150, translation: 2 },
  };
  const table = renderGateway(bench);
  expect(table).toMatch(/0\.80 +target >= 0\.70: reached/);
  expect(table).toMatch(/0\.60 +target >= 0\.70: MISSED/);
  expect(table).toMatch(/1\.00 +target <= 2\.00: reached/);
  expect(table).toMatch(/120 MB +target < 150 MB: reached/);
  expect(table).toContain('three dashboards watching: 4.00 ms; without: 3.00 ms');
});
