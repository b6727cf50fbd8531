import { describe, expect, it } from 'vitest';
import { CellCounter } from '#lib/telemetry/cell-counter.ts';
import { total } from '#lib/telemetry/histogram.ts';

describe('cell counter', () => {
  it('counts by kind, flow, target and outcome, and hands everything over once', () => {
    const counter = new CellCounter();
    counter.count('attempt', 'chat', 'a', 'ok', 12, 5);
    counter.count('attempt', 'chat', 'a', 'ok', 40, null);
    counter.count('attempt', 'chat', 'a', 'timeout', 900, null);
    counter.count('request', 'chat', 'a', 'primary', 41, 6);
    const cells = counter.take();
    expect(cells.map(({ kind, outcome, count }) => [kind, outcome, count])).toEqual([
      ['attempt', 'ok', 2],
      ['attempt', 'timeout', 1],
      ['request', 'primary', 1],
    ]);
    expect(cells[0]?.latencyMaxMs).toBe(40);
    expect(total(cells[0]?.latency ?? [])).toBe(2);
    expect(total(cells[0]?.firstToken ?? [])).toBe(1);
    expect(counter.take()).toEqual([]);
  });
});
