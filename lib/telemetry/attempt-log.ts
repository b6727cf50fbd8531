import type { AttemptColumns } from '#lib/contract/records.ts';

export interface AttemptFilter {
  sinceWallMs?: number;
  target?: string;
  flow?: string;
  /** The newest so many. */
  limit?: number;
}

/** Every attempt of the last hour, unsampled, in batches of columns; bounded by age and by count. */
export class AttemptLog {
  readonly keepMs: number;
  readonly maxAttempts: number;
  #batches: AttemptColumns[] = [];
  #count = 0;

  constructor(options: { keepMs?: number; maxAttempts?: number } = {}) {
    this.keepMs = options.keepMs ?? 3_600_000;
    this.maxAttempts = options.maxAttempts ?? 500_000;
  }

  get count(): number {
    return this.#count;
  }

  /** When the oldest attempt that is kept was made, wall-clock ms; null: none is kept. */
  get sinceWallMs(): number | null {
    return this.#batches[0]?.atWallMs[0] ?? null;
  }

  add(batch: AttemptColumns, nowWallMs: number): void {
    if (batch.atWallMs.length > 0) {
      this.#batches.push(batch);
      this.#count += batch.atWallMs.length;
    }
    this.prune(nowWallMs);
  }

  /** Whole batches go, oldest first. */
  prune(nowWallMs: number): void {
    let drop = 0;
    for (const batch of this.#batches) {
      const newest = batch.atWallMs.at(-1) ?? 0;
      if (newest >= nowWallMs - this.keepMs && this.#count <= this.maxAttempts) break;
      this.#count -= batch.atWallMs.length;
      drop += 1;
    }
    if (drop > 0) this.#batches.splice(0, drop);
  }

  /** Newest first, as one set of columns. */
  query(filter: AttemptFilter): AttemptColumns {
    const out = new ColumnBuilder();
    const limit = filter.limit ?? 10_000;
    for (let at = this.#batches.length - 1; at >= 0 && out.size < limit; at -= 1) {
      const batch = this.#batches[at];
      if (batch !== undefined) copyMatches(batch, filter, limit, out);
    }
    return out.columns;
  }
}

function copyMatches(batch: AttemptColumns, filter: AttemptFilter, limit: number, out: ColumnBuilder): void {
  for (let row = batch.atWallMs.length - 1; row >= 0 && out.size < limit; row -= 1) {
    const at = batch.atWallMs[row] ?? 0;
    const target = batch.names[batch.target[row] ?? -1] ?? '';
    const flow = batch.names[batch.flow[row] ?? -1] ?? '';
    if (filter.sinceWallMs !== undefined && at < filter.sinceWallMs) continue;
    if (filter.target !== undefined && target !== filter.target) continue;
    if (filter.flow !== undefined && flow !== filter.flow) continue;
    out.push({
      at,
      target,
      flow,
      outcome: batch.names[batch.outcome[row] ?? -1] ?? '',
      durationMs: batch.durationMs[row] ?? 0,
      firstTokenMs: batch.firstTokenMs[row] ?? -1,
    });
  }
}

class ColumnBuilder {
  readonly columns: AttemptColumns = {
    names: [],
    atWallMs: [],
    flow: [],
    target: [],
    outcome: [],
    durationMs: [],
    firstTokenMs: [],
  };
  #index = new Map<string, number>();

  get size(): number {
    return this.columns.atWallMs.length;
  }

  push(row: {
    at: number;
    flow: string;
    target: string;
    outcome: string;
    durationMs: number;
    firstTokenMs: number;
  }): void {
    this.columns.atWallMs.push(row.at);
    this.columns.flow.push(this.#name(row.flow));
    this.columns.target.push(this.#name(row.target));
    this.columns.outcome.push(this.#name(row.outcome));
    this.columns.durationMs.push(row.durationMs);
    this.columns.firstTokenMs.push(row.firstTokenMs);
  }

  #name(value: string): number {
    const known = this.#index.get(value);
    if (known !== undefined) return known;
    const index = this.columns.names.push(value) - 1;
    this.#index.set(value, index);
    return index;
  }
}
