import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import type { ProviderKind } from '#lib/contract/config.ts';
import type { Envelope, FromGateway, ToGateway, ToSupervisor } from '#lib/contract/ipc.ts';
import { policySchema } from '#lib/contract/policy.ts';
import type {
  ConfigSnapshot,
  SnapshotFlow,
  SnapshotProvider,
  SnapshotTarget,
} from '#lib/contract/snapshot.ts';
import { compileCacheDir, GATEWAY_NODE_FLAGS } from '#lib/runtime/gateway-process.ts';
import { GatewayPortListener } from '#lib/runtime/supervisor-port.ts';
import { FLOW, MODEL, TRANSLATED_FLOW } from './workload.ts';

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

function benchSnapshot(vendor: string, apiKey: string): ConfigSnapshot {
  return {
    version: 1,
    createdAtWallMs: Date.now(),
    breaker: DEFAULT_BREAKER,
    providers: [
      mockProvider('mock', 'openai-compatible', `${vendor}/v1`),
      mockProvider('mock-anthropic', 'anthropic', vendor),
    ],
    targets: [mockTarget('mock'), mockTarget('mock-anthropic')],
    flows: [mockFlow(FLOW, 'mock'), mockFlow(TRANSLATED_FLOW, 'mock-anthropic')],
    apiKeys: [{ id: 'bench', sha256: sha256(apiKey), defaultFlow: null, use: 'application' }],
  };
}

function mockTarget(provider: string): SnapshotTarget {
  return {
    slug: `${provider}-local`,
    provider,
    endpointId: `${provider}.local`,
    model: MODEL,
    deployment: null,
    modelFamily: MODEL,
    contextWindow: null,
    capabilities: null,
    enabled: true,
    breaker: DEFAULT_BREAKER,
    metricsOnly: false,
  };
}

function mockFlow(slug: string, provider: string): SnapshotFlow {
  return {
    slug,
    name: 'Bench',
    aliases: [],
    version: 1,
    chain: [{ target: `${provider}-local`, enabled: true, adapter: null }],
    policy: policySchema.parse({}),
  };
}

function mockProvider(slug: string, kind: ProviderKind, baseUrl: string): SnapshotProvider {
  const endpoint = {
    id: `${slug}.local`,
    slug: 'local',
    region: null,
    baseUrl,
    credential: 'bench',
    credentialId: slug,
  };
  return { slug, name: 'Mock', kind, simulated: false, endpoints: [endpoint] };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
