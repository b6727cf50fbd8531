import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import type { Envelope, FromGateway, ToGateway, ToSupervisor } from '#lib/contract/ipc.ts';
import { policySchema } from '#lib/contract/policy.ts';
import type { ConfigSnapshot, SnapshotProvider } from '#lib/contract/snapshot.ts';
import { compileCacheDir, GATEWAY_NODE_FLAGS } from '#lib/runtime/gateway-process.ts';
import { GatewayPortListener } from '#lib/runtime/supervisor-port.ts';
import { FLOW, MODEL } from './workload.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = join(ROOT, 'lib/runtime/gateway-main.ts');
const START_MS = 20_000;

/** The product's own gateway worker behind the supervisor's socket hand-off, without a control process. */
export interface GatewayWorker {
  origin: string;
  apiKey: string;
  child: ChildProcess;
  /** Largest resident set that the worker reported, bytes; 0 before the first report. */
  mostRssBytes(): number;
  close(): void;
}

export async function startGatewayWorker(vendor: string): Promise<GatewayWorker> {
  const apiKey = 'sy_live_bench';
  const listener = new GatewayPortListener();
  const port = await listener.listen(0, '127.0.0.1');
  const child = fork(ENTRY, [], {
    execArgv: [...GATEWAY_NODE_FLAGS],
    env: { ...process.env, NODE_ENV: 'production', NODE_COMPILE_CACHE: compileCacheDir(ROOT) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'json',
  });
  let mostRss = 0;
  const ready = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The gateway worker did not get ready.')), START_MS);
    child.once('exit', (code) => reject(new Error(`The gateway worker ended with code ${code}.`)));
    child.on('message', (envelope: Envelope) => {
      const message: FromGateway | ToSupervisor = JSON.parse(envelope.body);
      if (message.type === 'tick') mostRss = Math.max(mostRss, message.worker.rssBytes);
      if (message.type !== 'ready') return;
      clearTimeout(late);
      resolve();
    });
  });
  const snapshot: ToGateway = { type: 'snapshot', commandId: null, snapshot: benchSnapshot(vendor, apiKey) };
  child.send({ to: 'gateway', body: JSON.stringify(snapshot) } satisfies Envelope);
  await ready;
  listener.attach(child);
  return {
    origin: `http://127.0.0.1:${port}`,
    apiKey,
    child,
    mostRssBytes: () => mostRss,
    close: () => listener.close(),
  };
}

const ENDPOINT = 'mock.local';

function benchSnapshot(vendor: string, apiKey: string): ConfigSnapshot {
  return {
    version: 1,
    createdAtWallMs: Date.now(),
    breaker: DEFAULT_BREAKER,
    providers: [mockProvider(vendor)],
    targets: [
      {
        slug: 'mock-local',
        provider: 'mock',
        endpointId: ENDPOINT,
        model: MODEL,
        deployment: null,
        modelFamily: MODEL,
        contextWindow: null,
        capabilities: null,
        enabled: true,
        breaker: DEFAULT_BREAKER,
        metricsOnly: false,
      },
    ],
    flows: [
      {
        slug: FLOW,
        name: 'Bench',
        aliases: [],
        version: 1,
        chain: [{ target: 'mock-local', enabled: true, adapter: null }],
        policy: policySchema.parse({}),
      },
    ],
    apiKeys: [{ id: 'bench', sha256: sha256(apiKey), defaultFlow: null, use: 'application' }],
  };
}

function mockProvider(vendor: string): SnapshotProvider {
  const endpoint = {
    id: ENDPOINT,
    slug: 'local',
    region: null,
    baseUrl: `${vendor}/v1`,
    credential: 'bench',
    credentialId: 'mock',
  };
  return { slug: 'mock', name: 'Mock', kind: 'openai-compatible', simulated: false, endpoints: [endpoint] };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
