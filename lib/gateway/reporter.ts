import { performance } from 'node:perf_hooks';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import type { WorkerInfo } from '#lib/contract/ipc.ts';
import type { EngineEvent } from '#lib/engine/view-types.ts';
import type { Post } from './post.ts';
import type { GatewayServices } from './services.ts';

const TICK_MS = 1_000;
const RECORDS_MS = 250;
/** A worker with nothing to say still says that it lives. */
const QUIET_TICKS = 5;

export interface ReporterParts {
  services: GatewayServices;
  post: Post;
  congested: () => boolean;
}

/** Tells control what happens here: edges at once, everything else in ticks and batches. */
export class Reporter {
  readonly #parts: ReporterParts;
  readonly #startedAtWallMs: number;
  /** What control last saw of each scope. */
  readonly #shown = new Map<string, string>();
  #timers: NodeJS.Timeout[] = [];
  #utilisation = performance.eventLoopUtilization();
  #quietTicks = 0;

  constructor(parts: ReporterParts) {
    this.#parts = parts;
    this.#startedAtWallMs = parts.services.clock.wall();
  }

  start(): void {
    this.sendState();
    const tick = setInterval(() => this.#tick(), TICK_MS);
    const records = setInterval(() => this.#sendRecords(), RECORDS_MS);
    this.#timers = [tick.unref(), records.unref()];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  /** Everything that waits, now. */
  flush(): void {
    this.#sendRecords();
    this.#sendTick(this.#takeChanged());
  }

  onEngineEvent(event: EngineEvent): void {
    const { post, services } = this.#parts;
    switch (event.type) {
      case 'transition': {
        const { type: _, ...transition } = event;
        const breaker = services.engine.view(event.scope, event.id);
        if (breaker === null) return;
        this.#shown.set(keyOf(breaker), faceOf(breaker));
        post({ type: 'transition', transition, breaker });
        return;
      }
      case 'changed':
        this.#shown.delete(keyOf(event));
        return;
      case 'cooldowns':
        post({ type: 'cooldowns', cooldowns: services.engine.cooldowns() }, 'cooldowns');
        return;
      default:
        event satisfies never;
    }
  }

  /** Every breaker: after a start, a snapshot, or when control is new. */
  sendState(): void {
    this.#shown.clear();
    this.#parts.post({
      type: 'state',
      worker: this.#worker(),
      snapshotVersion: this.#parts.services.index?.version ?? 0,
      breakers: this.#takeChanged(),
    });
  }

  /** New keys that are refused: whenever that changes, and when control is new. */
  sendKeys(): void {
    this.#parts.post({ type: 'keys', refused: this.#parts.services.keys.list() });
  }

  /** The breakers that look different now, before the acknowledgement of what changed them. */
  sendChanged(): void {
    const breakers = this.#takeChanged();
    if (breakers.length > 0) this.#parts.post({ type: 'breakers', breakers });
  }

  #tick(): void {
    this.#quietTicks += 1;
    const { engine, recorder, inFlight } = this.#parts.services;
    engine.sweep();
    const breakers = this.#takeChanged();
    const silent = breakers.length === 0 && !recorder.hasCells && inFlight.empty;
    if (!silent || this.#quietTicks >= QUIET_TICKS) this.#sendTick(breakers);
  }

  #sendTick(breakers: BreakerView[]): void {
    this.#quietTicks = 0;
    const { services, post } = this.#parts;
    post({
      type: 'tick',
      atWallMs: services.clock.wall(),
      worker: this.#worker(),
      cells: services.recorder.takeCells(),
      breakers,
      inFlight: services.inFlight.view(),
    });
  }

  #sendRecords(): void {
    if (this.#parts.congested()) return;
    const batch = this.#parts.services.recorder.takeBatch();
    if (batch !== null) this.#parts.post(batch);
  }

  #takeChanged(): BreakerView[] {
    return this.#parts.services.engine.views().filter((view) => {
      const key = keyOf(view);
      const face = faceOf(view);
      if (this.#shown.get(key) === face) return false;
      this.#shown.set(key, face);
      return true;
    });
  }

  #worker(): WorkerInfo {
    const before = this.#utilisation;
    this.#utilisation = performance.eventLoopUtilization();
    return {
      pid: process.pid,
      startedAtWallMs: this.#startedAtWallMs,
      rssBytes: process.memoryUsage.rss(),
      utilisation: performance.eventLoopUtilization(this.#utilisation, before).utilization,
    };
  }
}

function keyOf({ scope, id }: { scope: string; id: string }): string {
  return `${scope}:${id}`;
}

/** What of a view changes, by calls and by time alone: an override runs out, a window empties. */
function faceOf(view: BreakerView): string {
  const { seq, effective, state, inFlight, window, cooldown, derived, ramp, shadow } = view;
  const own = `${seq} ${effective} ${state} ${inFlight} ${window.ok} ${window.slow} ${window.failure} ${cooldown?.untilWallMs}`;
  if (derived === null && ramp === null && shadow === null) return own;
  return `${own} ${derived?.open.join()} ${derived?.probeAtWallMs} ${ramp?.share} ${shadow?.opened} ${shadow?.rejected}`;
}
