import type { FromGateway } from '#lib/contract/ipc.ts';
import type { AttemptColumns, MetricCell, RequestRecord } from '#lib/contract/records.ts';
import type { Clock } from '#lib/engine/clock.ts';
import { CellCounter } from '#lib/telemetry/cell-counter.ts';
import {
  type AttemptEntry,
  attemptOutcome,
  attemptsOf,
  type FinishedRequest,
  firstTokenOf,
  toRecord,
} from './request-record.ts';
import { TokenBucket } from './token-bucket.ts';

/** What one batch holds at most; batches leave four times a second. */
const MAX_REQUESTS = 500;
const MAX_ATTEMPTS = 20_000;
/** Requests that were turned away without a known key: noise from outside must not crowd out the rest. */
const STRANGERS_PER_SECOND = 2;

export interface RecorderOptions {
  clock: Clock;
  /** Plain successes recorded in full, per second; everything else always is. */
  successesPerSecond: number;
}

type Batch = Extract<FromGateway, { type: 'records' }>;

/** Remembers finished requests until the next batch: bounded, and honest about what a full queue lost. */
export class Recorder {
  readonly #cells = new CellCounter();
  readonly #successes: TokenBucket;
  readonly #strangers: TokenBucket;
  #requests: RequestRecord[] = [];
  #columns = new Columns();
  #dropped = 0;

  constructor({ clock, successesPerSecond }: RecorderOptions) {
    this.#successes = new TokenBucket(clock, successesPerSecond);
    this.#strangers = new TokenBucket(clock, STRANGERS_PER_SECOND);
  }

  add(request: FinishedRequest): void {
    const attempts = attemptsOf(request.trail);
    if (request.flow !== null) this.#count(request, request.flow.flow.slug, attempts);
    if (!this.#wanted(request, attempts)) return;
    if (this.#requests.length < MAX_REQUESTS) this.#requests.push(toRecord(request, attempts));
    else this.#dropped += 1;
  }

  get hasCells(): boolean {
    return !this.#cells.empty;
  }

  /** Counts since the last call, for the tick. */
  takeCells(): MetricCell[] {
    return this.#cells.take();
  }

  /** Records since the last call; null when there are none. */
  takeBatch(): Batch | null {
    if (this.#requests.length === 0 && this.#columns.length === 0 && this.#dropped === 0) return null;
    const batch: Batch = {
      type: 'records',
      requests: this.#requests,
      attempts: this.#columns.data,
      dropped: this.#dropped,
    };
    this.#requests = [];
    this.#columns = new Columns();
    this.#dropped = 0;
    return batch;
  }

  #count(request: FinishedRequest, flow: string, attempts: readonly AttemptEntry[]): void {
    for (const attempt of attempts) {
      const { target, durationMs } = attempt;
      const firstTokenMs = request.stream ? attempt.firstTokenMs : null;
      const outcome = attemptOutcome(attempt);
      this.#cells.count('attempt', flow, target, outcome, durationMs, firstTokenMs);
      if (this.#columns.length >= MAX_ATTEMPTS) this.#dropped += 1;
      else {
        const atWallMs = request.atWallMs + attempt.startedMs;
        this.#columns.push({ atWallMs, flow, target, outcome, durationMs, firstTokenMs });
      }
    }
    const served = request.served?.servedBy.target ?? '';
    const firstTokenMs = firstTokenOf(request, attempts);
    this.#cells.count('request', flow, served, request.outcome, request.durationMs, firstTokenMs);
  }

  #wanted(request: FinishedRequest, attempts: readonly AttemptEntry[]): boolean {
    if (request.key === null) return this.#strangers.take();
    const plain = request.outcome === 'primary' && attempts.length === 1 && request.malformedEvents === 0;
    return !plain || this.#successes.take();
  }
}

interface ColumnRow {
  atWallMs: number;
  flow: string;
  target: string;
  outcome: string;
  durationMs: number;
  firstTokenMs: number | null;
}

/** Attempts in columns, names written once. */
class Columns {
  readonly data: AttemptColumns = {
    names: [],
    atWallMs: [],
    flow: [],
    target: [],
    outcome: [],
    durationMs: [],
    firstTokenMs: [],
  };
  readonly #names = new Map<string, number>();

  get length(): number {
    return this.data.atWallMs.length;
  }

  push(row: ColumnRow): void {
    const { data } = this;
    data.atWallMs.push(Math.round(row.atWallMs));
    data.flow.push(this.#name(row.flow));
    data.target.push(this.#name(row.target));
    data.outcome.push(this.#name(row.outcome));
    data.durationMs.push(tenths(row.durationMs));
    data.firstTokenMs.push(row.firstTokenMs === null ? -1 : tenths(row.firstTokenMs));
  }

  #name(name: string): number {
    let at = this.#names.get(name);
    if (at === undefined) {
      at = this.data.names.length;
      this.data.names.push(name);
      this.#names.set(name, at);
    }
    return at;
  }
}

/** A tenth of a millisecond is finer than any histogram bucket and keeps the JSON short. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
