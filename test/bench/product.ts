import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfigInput } from '#lib/contract/config.ts';
import { FLOW, MODEL } from './workload.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_MS = 60_000;
/** Good for one run on loopback. */
const ADMIN_TOKEN = randomBytes(24).toString('base64url');

/** The whole product, as `npm start` runs it, in front of the mock vendor. */
export interface Product {
  child: ChildProcess;
  origin: string;
  apiKey: string;
  /** Opens live streams as dashboards do; the function closes them. */
  openLive(count: number): Promise<() => void>;
  removeData(): Promise<void>;
}

/** Null when the dashboard has not been built, so that the control process cannot run. */
export async function startProduct(
  vendor: string,
  track: (child: ChildProcess) => ChildProcess,
): Promise<Product | null> {
  if (!existsSync(join(ROOT, '.next/BUILD_ID'))) return null;
  const data = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  const [port, gatewayPort] = [await freePort(), await freePort()];
  const child = track(await spawnProduct(vendor, { data, port, gatewayPort }));
  const dashboard = `http://127.0.0.1:${port}`;
  const origin = `http://127.0.0.1:${gatewayPort}`;
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  await untilAnswers(child, `${dashboard}/api/health`);
  await untilAnswers(child, `${origin}/readyz`);
  const created = await fetch(`${dashboard}/api/v1/api-keys`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'Bench' }),
  });
  if (!created.ok) throw new Error(`The product gave no API key (${created.status}).`);
  const { key }: { key: string } = await created.json();
  return {
    child,
    origin,
    apiKey: key,
    openLive: (count) => openStreams(count, `${dashboard}/api/live`, { headers }),
    removeData: () => rm(data, { recursive: true, force: true }),
  };
}

async function spawnProduct(
  vendor: string,
  { data, port, gatewayPort }: { data: string; port: number; gatewayPort: number },
): Promise<ChildProcess> {
  const config = join(data, 'bench.json');
  await writeFile(config, JSON.stringify(benchConfig(vendor)));
  return spawn(process.execPath, ['server.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      GATEWAY_PORT: String(gatewayPort),
      DATA_DIR: data,
      SWITCHYARD_CONFIG: config,
      SWITCHYARD_DEMO: 'off',
      SWITCHYARD_ADMIN_TOKEN: ADMIN_TOKEN,
    },
  });
}

/** Opens streams, reads them until closed, and resolves once each has sent something. */
export async function openStreams(count: number, url: string, init: RequestInit): Promise<() => void> {
  const closing = new AbortController();
  for (let n = 0; n < count; n++) {
    const response = await fetch(url, { ...init, signal: closing.signal });
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}.`);
    const reader = response.body.getReader();
    await reader.read();
    void drain(reader);
  }
  return () => closing.abort();
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // Closed by us.
  }
}

async function untilAnswers(child: ChildProcess, url: string): Promise<void> {
  const until = performance.now() + START_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`The product ended with code ${child.exitCode}.`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not answer within ${START_MS / 1000} s.`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function benchConfig(vendor: string): ConfigInput {
  return {
    providers: [
      {
        slug: 'mock',
        name: 'Mock',
        kind: 'openai-compatible',
        credential: { apiKey: 'bench' },
        endpoints: [{ slug: 'local', baseUrl: `${vendor}/v1` }],
      },
    ],
    targets: [{ slug: 'mock-local', provider: 'mock', endpoint: 'local', model: MODEL }],
    flows: [{ slug: FLOW, name: 'Bench', chain: ['mock-local'] }],
  };
}
