import { randomUUID } from 'node:crypto';
import { ControlLink } from '#lib/cluster/control-link.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { openStore, type Store } from '#lib/store/store.ts';
import { Recorder } from '#lib/telemetry/recorder.ts';
import type { Rollup } from '#lib/telemetry/rollup-buffer.ts';
import type { Caller } from './accessor.ts';
import type { ControlChannel } from './control-channel.ts';
import type { ControlEnv } from './control-env.ts';
import { ControlFeed } from './control-feed.ts';
import { PublishedGateway } from './control-gateway.ts';
import { Persister } from './control-persister.ts';
import { ControlSimulator } from './control-simulator.ts';

/** Everything of the control process but its pages: opened, wired, not yet told what to do. */
export interface ControlParts {
  env: ControlEnv;
  store: Store;
  link: ControlLink;
  gateway: PublishedGateway;
  simulator: ControlSimulator;
  recorder: Recorder;
  persister: Persister;
  feed: ControlFeed;
  /** The product's own actor. */
  system: ControlContext;
  contextFor: (caller: Caller) => ControlContext;
  now: () => number;
}

/** Opens the store and wires the rooms. Rejects with StoreError when the data folder cannot be used. */
export async function wireControl(
  env: ControlEnv,
  channel: ControlChannel,
  processEnv: NodeJS.ProcessEnv,
): Promise<ControlParts> {
  const now = Date.now;
  const store = await openStore({ dataDir: env.dataDir, secret: env.secret });
  const late: { feed: ControlFeed | null; rollups: (rows: Rollup[]) => void } = {
    feed: null,
    rollups: () => {},
  };
  const recorder = new Recorder({ startWallMs: now(), onRollups: (rows) => late.rollups(rows) });
  const link = new ControlLink({
    send: channel.send,
    flowRates: () => recorder.flowRates(now()),
    newId: randomUUID,
  });
  const gateway = new PublishedGateway(link);
  const simulator = new ControlSimulator({
    tellSupervisor: channel.tellSupervisor,
    onFaults: (faults) => late.feed?.faultsChanged(faults),
  });
  const persister = new Persister({ store });
  late.rollups = (rows) => persister.addRollups(rows);
  const feed = new ControlFeed({
    link,
    recorder,
    persister,
    published: () => gateway.published,
    faults: () => simulator.faults(),
    now,
  });
  late.feed = feed;
  const base = { store, gateway, simulator, announce: feed, now, env: (name: string) => processEnv[name] };
  const contextFor = (caller: Caller): ControlContext => ({ ...base, ...caller });
  const system: ControlContext = { ...base, actor: { kind: 'system' }, via: 'system' };
  return { env, store, link, gateway, simulator, recorder, persister, feed, system, contextFor, now };
}
