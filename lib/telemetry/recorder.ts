import type { FromGateway } from '#lib/contract/ipc.ts';
import { AttemptLog } from './attempt-log.ts';
import { type Rollup, RollupBuffer } from './rollup-buffer.ts';
import { SecondRing } from './second-ring.ts';

type Tick = Extract<FromGateway, { type: 'tick' }>;
type Records = Extract<FromGateway, { type: 'records' }>;

export interface RecorderOptions {
  startWallMs: number;
  /** Gets each ten-second span once, when it can no longer change. Must not throw. */
  onRollups: (rollups: Rollup[]) => void;
  keepSecondsMs?: number;
  maxCells?: number;
  maxAttempts?: number;
}

/**
 * What the control process remembers of the traffic: a quarter of an hour by the second, an hour of every attempt, and the
 * spans that go to the database. It only looks at what gateways report, never at a request.
 */
export class Recorder {
  readonly seconds: SecondRing;
  readonly attempts: AttemptLog;
  #rollups = new RollupBuffer();
  #inFlight: Record<string, number> = {};
  #lastTickWallMs: number | null = null;
  #dropped = 0;
  #onRollups: (rollups: Rollup[]) => void;

  constructor(options: RecorderOptions) {
    this.seconds = new SecondRing({
      startWallMs: options.startWallMs,
      keepMs: options.keepSecondsMs,
      maxCells: options.maxCells,
    });
    this.attempts = new AttemptLog({ maxAttempts: options.maxAttempts });
    this.#onRollups = options.onRollups;
  }

  tick(tick: Pick<Tick, 'atWallMs' | 'cells' | 'inFlight'>): void {
    this.#lastTickWallMs = tick.atWallMs;
    this.#inFlight = tick.inFlight;
    this.seconds.add(tick.atWallMs, tick.cells);
    this.#rollups.add(tick.atWallMs, tick.cells);
    this.flush(tick.atWallMs);
  }

  records(records: Pick<Records, 'attempts' | 'dropped'>, nowWallMs: number): void {
    this.#dropped += records.dropped;
    this.attempts.add(records.attempts, nowWallMs);
  }

  /** Hands over finished spans; with `all`, the unfinished ones too. */
  flush(nowWallMs: number, all = false): void {
    const due = this.#rollups.takeDue(nowWallMs, all);
    if (due.length > 0) this.#onRollups(due);
  }

  /** Attempts under way by target slug, as of the last tick. */
  get inFlight(): Readonly<Record<string, number>> {
    return this.#inFlight;
  }

  get lastTickWallMs(): number | null {
    return this.#lastTickWallMs;
  }

  /** Records that gateways had to drop because their queues were full. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Requests a minute over the last minute, by flow slug. */
  flowRates(nowWallMs: number): Map<string, number> {
    const rates = new Map<string, number>();
    for (const slot of this.seconds.between(nowWallMs - 60_000, nowWallMs)) {
      for (const [flow, sum] of slot.flows) rates.set(flow, (rates.get(flow) ?? 0) + sum.count);
    }
    return rates;
  }
}
