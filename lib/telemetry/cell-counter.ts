import type { MetricCell } from '#lib/contract/records.ts';
import { bucketOf, fromCounts } from './histogram.ts';

interface OpenCell {
  kind: MetricCell['kind'];
  flow: string;
  target: string;
  outcome: string;
  count: number;
  latency: Map<number, number>;
  latencyMaxMs: number;
  firstToken: Map<number, number>;
}

/**
 * Counts attempts and requests into cells (flow x target x outcome) until they are taken away. Bounded by the configuration: flows
 * times targets times outcomes.
 */
export class CellCounter {
  #cells = new Map<string, OpenCell>();

  /** `firstTokenMs`: null for answers that were not streamed and attempts that got no token. */
  count(
    kind: MetricCell['kind'],
    flow: string,
    target: string,
    outcome: string,
    latencyMs: number,
    firstTokenMs: number | null,
  ): void {
    const key = `${kind}\n${flow}\n${target}\n${outcome}`;
    let cell = this.#cells.get(key);
    if (cell === undefined) {
      cell = {
        kind,
        flow,
        target,
        outcome,
        count: 0,
        latency: new Map(),
        latencyMaxMs: 0,
        firstToken: new Map(),
      };
      this.#cells.set(key, cell);
    }
    cell.count += 1;
    if (latencyMs > cell.latencyMaxMs) cell.latencyMaxMs = latencyMs;
    increment(cell.latency, bucketOf(latencyMs));
    if (firstTokenMs !== null) increment(cell.firstToken, bucketOf(firstTokenMs));
  }

  get empty(): boolean {
    return this.#cells.size === 0;
  }

  /** Everything counted since the last call. */
  take(): MetricCell[] {
    const cells = [...this.#cells.values()].map(
      (cell): MetricCell => ({
        ...cell,
        latency: fromCounts(cell.latency),
        firstToken: fromCounts(cell.firstToken),
      }),
    );
    this.#cells = new Map();
    return cells;
  }
}

function increment(counts: Map<number, number>, bucket: number): void {
  counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
}
