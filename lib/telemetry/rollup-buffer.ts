import type { MetricCell } from '#lib/contract/records.ts';
import { mergeHistograms } from './merge.ts';

/** One cell summed over a span, as the database keeps it. */
export interface Rollup extends MetricCell {
  /** Start of the span, wall-clock ms. */
  startWallMs: number;
  spanSeconds: number;
}

export const ROLLUP_SECONDS = 10;
/** A tick may arrive this late and still be counted in its own span. */
const GRACE_MS = 2_000;

/** Sums seconds into spans of ten and hands each span over once it can no longer change. */
export class RollupBuffer {
  #spans = new Map<number, Map<string, Rollup>>();

  add(atWallMs: number, cells: readonly MetricCell[]): void {
    const second = Math.round(atWallMs / 1000) * 1000 - 1000;
    const start = Math.floor(second / (ROLLUP_SECONDS * 1000)) * ROLLUP_SECONDS * 1000;
    for (const cell of cells) this.#addCell(start, cell);
  }

  /** Takes out every finished span; with `all`, unfinished ones too (at shutdown). */
  takeDue(nowWallMs: number, all = false): Rollup[] {
    const due: Rollup[] = [];
    for (const [start, span] of this.#spans) {
      if (!all && nowWallMs < start + ROLLUP_SECONDS * 1000 + GRACE_MS) continue;
      due.push(...span.values());
      this.#spans.delete(start);
    }
    return due;
  }

  #addCell(start: number, cell: MetricCell): void {
    const span = this.#spans.get(start) ?? new Map<string, Rollup>();
    this.#spans.set(start, span);
    const key = `${cell.kind}\n${cell.flow}\n${cell.target}\n${cell.outcome}`;
    const known = span.get(key);
    if (known === undefined) {
      span.set(key, { ...cell, startWallMs: start, spanSeconds: ROLLUP_SECONDS });
      return;
    }
    known.count += cell.count;
    known.latency = mergeHistograms([known.latency, cell.latency]);
    known.firstToken = mergeHistograms([known.firstToken, cell.firstToken]);
    known.latencyMaxMs = Math.max(known.latencyMaxMs, cell.latencyMaxMs);
  }
}
