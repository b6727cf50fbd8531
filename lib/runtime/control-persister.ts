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
  #running: Promise<void> | null = null;
  #failing = false;

  constructor(ctx: Pick<ControlContext, 'store'>) {
    this.#ctx = ctx;
    this.#requests = new BatchQueue(20_000, REQUEST_BATCH);
    this.#rollups = new BatchQueue(100_000, ROLLUP_BATCH);
    this.#transitions = new BatchQueue(10_000, TRANSITION_BATCH);
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

  /** Writes all that waits; one at a time, a call while one runs waits for that one. Never rejects. */
  flush(): Promise<void> {
    this.#running ??= this.#flush().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #flush(): Promise<void> {
    const ctx = this.#ctx;
    try {
      await this.#transitions.drain(async (rows) => {
        for (const transition of rows) await saveTransition({ ctx, input: { transition } });
      });
      await this.#writeCooldowns();
      await this.#requests.drain((requests) => saveRecords({ ctx, input: { requests } }));
      await this.#rollups.drain((rollups) => saveRollups({ ctx, input: { rollups } }));
      this.#failing = false;
    } catch (error) {
      this.#complain(error);
    }
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
