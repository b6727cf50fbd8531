import type { Server } from 'node:http';
import type { ActiveFault, SimulatedEndpoint, SimulatorSettings } from '#lib/contract/simulator.ts';
import { CallLog, type CallReport } from './call-log.ts';
import { createControlServer } from './control-api.ts';
import { FaultBook, type FaultRuleInput } from './fault-book.ts';
import { KeyRing } from './key-ring.ts';
import { close, listen } from './listen.ts';
import { INSTANT, type Random, realisticTiming } from './timing.ts';
import { Traffic } from './traffic.ts';
import { createVendor, type World } from './vendor.ts';

export interface SimulatorDeps {
  random?: Random;
  /** Wall-clock ms. */
  now?: () => number;
  timing?: 'realistic' | 'instant';
}

/** A simulated endpoint that listens. */
export interface RunningEndpoint {
  provider: string;
  endpoint: string;
  port: number;
  /** The base URL, without a path. */
  url: string;
}

/** The running fake vendors. */
export interface Simulator {
  endpoints: RunningEndpoint[];
  controlUrl: string;
  faults(): ActiveFault[];
  addFault(rule: FaultRuleInput): ActiveFault;
  /** `null` clears all; false when there was no such fault. */
  clearFault(id: string | null): boolean;
  /** Only these keys are good at this provider from now on; null: any again. */
  acceptKeys(provider: string, keys: readonly string[] | null): void;
  calls(): CallReport;
  clearCalls(): void;
  /** Null when the settings have no traffic. */
  traffic: Traffic | null;
  /** Closes every server and connection; no timer stays behind. */
  stop(): Promise<void>;
}

/**
 * Starts one loopback server per endpoint, and the control API. Port 0 takes any free port.
 *
 * @example
 *   const simulator = await startSimulator(settings, { timing: 'instant' });
 *   simulator.addFault({ provider: 'openai-sim', endpoint: 'us-east', fault: 'reset' });
 *
 * @throws PortTaken when one of the ports is; nothing keeps running then.
 */
export async function startSimulator(
  settings: SimulatorSettings,
  deps: SimulatorDeps = {},
): Promise<Simulator> {
  const random = deps.random ?? Math.random;
  const now = deps.now ?? Date.now;
  const world: World = {
    faults: new FaultBook(random, now),
    keys: new KeyRing(),
    calls: new CallLog(),
    timing: deps.timing === 'instant' ? INSTANT : realisticTiming(random),
    random,
    now,
  };
  const traffic = settings.traffic === null ? null : new Traffic(settings.traffic, { random, now });
  const open: Server[] = [];
  const stop = async () => {
    await traffic?.stop();
    await Promise.all(open.map(close));
  };
  try {
    const endpoints: RunningEndpoint[] = [];
    for (const endpoint of settings.endpoints) endpoints.push(await startVendor(endpoint, world, open));
    const control = createControlServer({ ...world, settings, traffic });
    const controlPort = await listen(control, settings.controlPort);
    open.push(control);
    traffic?.start();
    return {
      endpoints,
      controlUrl: `http://127.0.0.1:${controlPort}`,
      faults: () => world.faults.list(),
      addFault: (rule) => world.faults.add(rule),
      clearFault: (id) => world.faults.clear(id),
      acceptKeys: (provider, keys) => world.keys.accept(provider, keys),
      calls: () => world.calls.report(),
      clearCalls: () => world.calls.clear(),
      traffic,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startVendor(
  endpoint: SimulatedEndpoint,
  world: World,
  open: Server[],
): Promise<RunningEndpoint> {
  const server = createVendor(endpoint, world);
  const port = await listen(server, endpoint.port);
  open.push(server);
  return {
    provider: endpoint.provider,
    endpoint: endpoint.endpoint,
    port,
    url: `http://127.0.0.1:${port}`,
  };
}
