import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import type { RequestRecord } from '#lib/contract/records.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { saveCooldowns } from '#lib/control/record/save-cooldowns.ts';
import { saveRecords } from '#lib/control/record/save-records.ts';
import { saveRollups } from '#lib/control/record/save-rollups.ts';
import { saveTransition } from '#lib/control/record/save-transition.ts';
import type { EngineCooldown } from '#lib/engine/types.ts';
import type { Rollup } from '#lib/telemetry/rollup-buffer.ts';
import { BatchQueue } from './control-batch-queue.ts';

/** Rows a transaction: a hundred milliseconds or so, in which nobody else gets the connection. */
const REQUEST_BATCH = 200;
const ROLLUP_BATCH = 500;
/** One by one, so that a failure in the middle stores none twice. */
const TRANSITION_BATCH = 1;

/** So often may the same batch be refused, while other rows are taken, before it is given up. */
const REFUSALS_MAX = 5;

interface Lane {
  size(): number;
  drain(): Promise<void>;
  dropFirstBatch(): void;
  refusals: number;
}

function lane<T>(queue: BatchQueue<T>, write: (batch: T[]) => Promise<unknown>): Lane {
  return {
    size: () => queue.size,
    drain: () => queue.drain(write),
    dropFirstBatch: () => queue.dropFirstBatch(),
    refusals: 0,
  };
}

function giveUpInTime(one: Lane): void {
  one.refusals += 1;
  if (one.refusals < REFUSALS_MAX) return;
  one.refusals = 0;
  one.dropFirstBatch();
}

/**
 * Writes what gateways report, in batches, behind everything else. A slow or failing database fills bounded queues and costs history;
 * it never slows a request or the live view.
 */
export class Persister {
  readonly #ctx: Pick<ControlContext, 'store'>;
  readonly #requests: BatchQueue<RequestRecord>;
  readonly #rollups: BatchQueue<Rollup>;
  readonly #transitions: BatchQueue<BreakerTransition>;
  #cooldowns: readonly EngineCooldown[] | null = null;
  readonly #lanes: readonly Lane[];
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #failing = false;

  constructor(ctx: Pick<ControlContext, 'store'>) {
    this.#ctx = ctx;
    this.#requests = new BatchQueue(20_000, REQUEST_BATCH);
    this.#rollups = new BatchQueue(100_000, ROLLUP_BATCH);
    this.#transitions = new BatchQueue(10_000, TRANSITION_BATCH);
    this.#lanes = [
      lane(this.#transitions, async (rows) => {
        for (const transition of rows) await saveTransition({ ctx, input: { transition } });
      }),
      lane(this.#requests, (requests) => saveRecords({ ctx, input: { requests } })),
      lane(this.#rollups, (rollups) => saveRollups({ ctx, input: { rollups } })),
    ];
  }

  addRequests(records: readonly RequestRecord[]): void {
    this.#requests.add(records);
  }

  addRollups(rollups: readonly Rollup[]): void {
    this.#rollups.add(rollups);
  }

  addTransition(transition: BreakerTransition): void {
    this.#transitions.add([transition]);
  }

  setCooldowns(cooldowns: readonly EngineCooldown[]): void {
    this.#cooldowns = cooldowns;
  }

  /** Rows given up because a queue was full. */
  get dropped(): number {
    return this.#requests.dropped + this.#rollups.dropped + this.#transitions.dropped;
  }

  /**
   * Writes all that waits. One run at a time: a call while one runs gets the next, since that one may be past what has just come.
   * Never rejects.
   */
  flush(): Promise<void> {
    if (this.#running === null) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.#start();
    });
    return this.#next;
  }

  #start(): Promise<void> {
    this.#running = this.#flush().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Each kind for itself: what the database refuses of one must not hold up the others. */
  async #flush(): Promise<void> {
    const refused: Lane[] = [];
    const failures: unknown[] = [];
    let written = 0;
    await this.#writeCooldowns().catch((error: unknown) => failures.push(error));
    for (const one of this.#lanes) {
      const waiting = one.size();
      try {
        await one.drain();
        one.refusals = 0;
        written += waiting;
      } catch (error) {
        failures.push(error);
        refused.push(one);
      }
    }
    // A database that takes other rows is well: then these are at fault.
    if (written > 0) for (const one of refused) giveUpInTime(one);
    if (failures.length === 0) this.#failing = false;
    else this.#complain(failures[0]);
  }

  async #writeCooldowns(): Promise<void> {
    const cooldowns = this.#cooldowns;
    if (cooldowns === null) return;
    await saveCooldowns({ ctx: this.#ctx, input: { cooldowns } });
    if (this.#cooldowns === cooldowns) this.#cooldowns = null;
  }

  /** Once per outage. */
  #complain(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const why = error instanceof Error ? error.message.split('\n').at(-1) : 'unknown';
    console.error(`switchyard: history cannot be written (${why}); it waits in memory.`);
  }
}
