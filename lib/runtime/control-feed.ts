import type { ControlLink } from '#lib/cluster/control-link.ts';
import type { FromGateway, WorkerInfo } from '#lib/contract/ipc.ts';
import type { LiveSnapshot } from '#lib/contract/live.ts';
import type { ActiveFault } from '#lib/contract/simulator.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import type { Announcer } from '#lib/control/context.ts';
import { LiveHub } from '#lib/telemetry/live-hub.ts';
import { flowPulses, targetPulses } from '#lib/telemetry/pulse.ts';
import type { Recorder } from '#lib/telemetry/recorder.ts';
import type { Persister } from './control-persister.ts';

export interface ControlFeedOptions {
  link: ControlLink;
  recorder: Recorder;
  persister: Persister;
  /** The configuration that was published last; null before the first. */
  published: () => ConfigSnapshot | null;
  faults: () => readonly ActiveFault[];
  now: () => number;
}

/** Brings what gateways say to memory, to the database and to the open tabs. All of it from memory: a dead database is not felt here. */
export class ControlFeed implements Announcer {
  readonly hub: LiveHub;
  readonly #options: ControlFeedOptions;
  #worker: WorkerInfo | null = null;
  #snapshotVersion: number | null = null;

  constructor(options: ControlFeedOptions) {
    this.#options = options;
    this.hub = new LiveHub({ now: options.now, snapshot: () => this.snapshot() });
    options.link.listen({
      message: (message) => this.#take(message),
      up: () => this.hub.publish({ type: 'gateway', data: this.#gateway() }),
      breakers: (changed) => {
        for (const data of changed) this.hub.publish({ type: 'breaker', data });
      },
    });
  }

  /** Everything that a new tab starts from. */
  snapshot(): Omit<LiveSnapshot, 'seq' | 'now'> {
    return {
      gateway: this.#gateway(),
      breakers: [...this.#options.link.breakers()],
      ...this.#pulses(),
      faults: [...this.#options.faults()],
      configVersion: this.#options.published()?.version ?? 0,
    };
  }

  /** One coalesced event for all tiles; called every second, costs nothing while nobody looks. */
  publishMetrics(): void {
    if (this.hub.connections === 0) return;
    const data = { now: this.#options.now(), ...this.#pulses(), gateway: this.#gateway() };
    this.hub.publish({ type: 'metrics', data });
  }

  audit({ id, action, entity, by, atWallMs, summary }: Parameters<Announcer['audit']>[0]): void {
    this.hub.publish({ type: 'audit', data: { id, action, entity, by, atWallMs, summary } });
  }

  configChanged(version: number): void {
    this.hub.publish({ type: 'config', data: { version } });
  }

  faultsChanged(faults: readonly ActiveFault[]): void {
    this.hub.publish({ type: 'faults', data: [...faults] });
  }

  #take(message: FromGateway): void {
    const { recorder, persister, now } = this.#options;
    switch (message.type) {
      case 'tick':
        this.#worker = message.worker;
        recorder.tick(message);
        break;
      case 'state':
        this.#worker = message.worker;
        this.#snapshotVersion = message.snapshotVersion;
        this.hub.publish({ type: 'gateway', data: this.#gateway() });
        break;
      case 'records':
        recorder.records(message, now());
        persister.addRequests(message.requests);
        break;
      case 'transition':
        persister.addTransition(message.transition);
        this.hub.publish({ type: 'transition', data: message.transition });
        break;
      case 'cooldowns':
        persister.setCooldowns(message.cooldowns);
        break;
      case 'keys':
        // What a provider's row says has changed, though nobody edited it.
        this.configChanged(this.#options.published()?.version ?? 0);
        break;
      case 'ack':
      case 'breakers':
      case 'test-result':
      case 'target-test-result':
        break;
      default: {
        const unknown: never = message;
        console.error('control: a message of the gateway was not understood.', typeof unknown);
      }
    }
  }

  #pulses(): Pick<LiveSnapshot, 'targets' | 'flows'> {
    const { recorder, published, now } = this.#options;
    const config = published();
    const slugs = (rows: readonly { slug: string }[] = []) => rows.map((row) => row.slug);
    return {
      targets: targetPulses(recorder, slugs(config?.targets), now()),
      flows: flowPulses(recorder, slugs(config?.flows), now()),
    };
  }

  #gateway(): LiveSnapshot['gateway'] {
    const { link, recorder } = this.#options;
    const worker = link.up ? this.#worker : null;
    return {
      up: link.up,
      pid: worker?.pid ?? null,
      rssBytes: worker?.rssBytes ?? null,
      utilisation: worker?.utilisation ?? null,
      snapshotVersion: link.up ? this.#snapshotVersion : null,
      lastTickWallMs: recorder.lastTickWallMs,
    };
  }
}
