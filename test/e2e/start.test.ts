import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually, freePorts, Product, ROOT } from '#test/support/product.ts';

const run = promisify(execFile);
const cleanups: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function scratchFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-start-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function occupy(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return server;
}

function isBusy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Expects a start that ends with a non-zero code and one clear sentence. */
async function expectRefusal(launched: Promise<Product>, sentence: RegExp): Promise<void> {
  const product = await launched;
  cleanups.push(() => product.stop());
  const code = await product.exited();
  expect(code, product.output).toBe(1);
  expect(product.output).toMatch(sentence);
  expect(product.output).not.toMatch(/\n\s+at /);
}

describe('a start that works', () => {
  let product: Product;
  beforeAll(async () => {
    product = await Product.start();
  });
  afterAll(() => product?.stop());

  test('prints the dashboard with a one-time link, the gateway, and a curl that works when pasted', async () => {
    expect(product.announcement).toContain(`:${product.ports.dashboard}/setup?token=`);
    expect(product.announcement).toContain(`:${product.ports.gateway}`);
    const curl = /curl [\s\S]*?(?=\n\s*\n|$)/.exec(product.announcement)?.[0] ?? '';
    const { stdout } = await run('sh', ['-c', curl.replace('curl ', 'curl -s ')]);
    const answer = JSON.parse(stdout);
    expect(answer.choices[0].message.content).toBeTruthy();
    expect(answer.switchyard.servedBy).not.toBeNull();
  });

  test('the demo is there, labelled as simulated, with traffic of its own', async () => {
    const { items: providers } = await product.must<{ items: { name: string; simulated: boolean }[] }>(
      'GET',
      '/api/v1/providers',
    );
    expect(providers).toHaveLength(3);
    for (const provider of providers) {
      expect(provider.simulated).toBe(true);
      expect(provider.name).toMatch(/simulated/i);
    }
    await eventually('the generator has been answered', async () => {
      const { items } = await product.must<{ items: unknown[] }>('GET', '/api/v1/requests');
      return items.length > 0;
    });
  });

  test('removing the demo takes away its providers, targets, flows and traffic, and a restart does not bring it back', async () => {
    await product.must('DELETE', '/api/v1/demo');
    for (const kind of ['providers', 'targets', 'flows']) {
      const { items } = await product.must<{ items: unknown[] }>('GET', `/api/v1/${kind}`);
      expect(items, kind).toEqual([]);
    }
    await eventually('the simulator has stopped', async () => product.pidOf('simulator-main') === null);
    product.process.kill('SIGTERM');
    expect(await product.exited()).toBe(0);
    const again = await Product.start({ dataDir: product.dataDir, ports: product.ports });
    cleanups.push(() => again.stop());
    const { items } = await again.must<{ items: unknown[] }>('GET', '/api/v1/providers');
    expect(items).toEqual([]);
  });
});

describe('a start from a configuration file', () => {
  const config = `
providers:
  - slug: openai
    name: OpenAI
    kind: openai
    credential: { env: TEST_OPENAI_KEY }
    endpoints: [{ slug: global, baseUrl: "https://api.openai.com" }]
targets:
  - { slug: gpt, provider: openai, endpoint: global, model: gpt-4o }
flows:
  - { slug: chat, name: Chat, chain: [gpt] }
`;

  test('applies the file and seeds no demo', async () => {
    const folder = await scratchFolder();
    const file = join(folder, 'switchyard.yaml');
    writeFileSync(file, config);
    const product = await Product.start({ env: { SWITCHYARD_CONFIG: file } });
    cleanups.push(() => product.stop());
    const { items } = await product.must<{ items: { slug: string }[] }>('GET', '/api/v1/flows');
    expect(items.map(({ slug }) => slug)).toEqual(['chat']);
  });

  test('keeps an operator’s later edit when the same file is given again, and says so', async () => {
    const folder = await scratchFolder();
    const file = join(folder, 'switchyard.yaml');
    const data = await scratchFolder();
    const ports = await freePorts();
    writeFileSync(file, config);
    const first = await Product.start({ env: { SWITCHYARD_CONFIG: file }, dataDir: data, ports });
    const { version } = await first.must<{ version: number }>('GET', '/api/v1/flows/chat');
    await first.must('PATCH', '/api/v1/flows/chat', { name: 'Renamed' }, { 'if-match': `"${version}"` });
    await first.stop();
    writeFileSync(file, config.replace('name: Chat', 'name: Chat two'));
    const second = await Product.start({ env: { SWITCHYARD_CONFIG: file }, dataDir: data, ports });
    cleanups.push(() => second.stop());
    expect(await second.must('GET', '/api/v1/flows/chat')).toMatchObject({ name: 'Renamed' });
    expect(await second.must('GET', '/api/v1/status')).toMatchObject({
      configNotice: expect.stringContaining('differs from switchyard.yaml in 1 place (/flows/chat/name)'),
    });
    expect(second.announcement).toContain('differs from switchyard.yaml in 1 place');
    const { file: given } = await second.must<{ file: { sha256: string; configVersion: number } }>(
      'GET',
      '/api/v1/config/file',
    );
    const ifMatch = { 'if-match': `"${given.configVersion}"` };
    await second.must('POST', '/api/v1/config/file/apply', { sha256: given.sha256 }, ifMatch);
    expect(await second.must('GET', '/api/v1/flows/chat')).toMatchObject({ name: 'Chat two' });
    expect(await second.must('GET', '/api/v1/status')).toMatchObject({ configNotice: null });
  });

  test('a file with faults is refused with the path of every fault', async () => {
    const folder = await scratchFolder();
    const file = join(folder, 'switchyard.yaml');
    writeFileSync(
      file,
      config
        .replace('endpoint: global, model', 'endpoint: nowhere, model')
        .replace('chain: [gpt]', 'chain: [missing]'),
    );
    await expectRefusal(
      Product.launch({ env: { SWITCHYARD_CONFIG: file } }),
      /targets[.[\d\]]*.*nowhere[\s\S]*flows[.[\d\]]*.*missing/,
    );
  });

  test('a file that cannot be read is refused by name', async () => {
    await expectRefusal(
      Product.launch({ env: { SWITCHYARD_CONFIG: '/no/such/file.yaml' } }),
      /\/no\/such\/file\.yaml/,
    );
  });
});

describe('a start that cannot work says why in one sentence', () => {
  test('the gateway’s port is taken', async () => {
    const ports = await freePorts();
    await occupy(ports.gateway);
    await expectRefusal(Product.launch({ ports }), new RegExp(`Port ${ports.gateway} .*taken.*GATEWAY_PORT`));
  });

  test('the dashboard’s port is taken', async () => {
    const ports = await freePorts();
    await occupy(ports.dashboard);
    await expectRefusal(Product.launch({ ports }), new RegExp(`Port ${ports.dashboard} .*taken.*PORT`));
  });

  test('a port is not a port', async () => {
    await expectRefusal(Product.launch({ env: { GATEWAY_PORT: 'eighty' } }), /GATEWAY_PORT is "eighty"/);
  });

  test('the data folder is a file', async () => {
    const folder = await scratchFolder();
    const file = join(folder, 'data');
    writeFileSync(file, 'not a folder');
    await expectRefusal(Product.launch({ dataDir: file }), /DATA_DIR/);
  });

  test.skipIf(process.getuid?.() === 0)('the data folder cannot be written', async () => {
    const folder = await scratchFolder();
    chmodSync(folder, 0o500);
    await expectRefusal(Product.launch({ dataDir: folder }), /DATA_DIR/);
  });
});

describe('npm start', () => {
  test('leaves nothing behind when npm itself is told to stop', async () => {
    const ports = await freePorts();
    const data = await scratchFolder();
    const npm = spawn('npm', ['start'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        PORT: String(ports.dashboard),
        GATEWAY_PORT: String(ports.gateway),
        DATA_DIR: data,
        SWITCHYARD_DEMO: 'off',
      },
    });
    cleanups.push(() => npm.kill('SIGKILL'));
    await eventually(
      'it serves',
      async () => (await fetch(`http://127.0.0.1:${ports.gateway}/readyz`)).ok,
      120_000,
    );
    npm.kill('SIGTERM');
    await eventually('both ports are free again', async () => {
      const busy = await Promise.all([isBusy(ports.gateway), isBusy(ports.dashboard)]);
      return !busy.includes(true);
    });
  });
});

describe('a second product', () => {
  test('a stopped product leaves with code 0 and its ports free', async () => {
    const ports = await freePorts();
    const first = await Product.start({ ports, env: { SWITCHYARD_DEMO: 'off' } });
    first.process.kill('SIGTERM');
    expect(await first.exited()).toBe(0);
    const second = await Product.start({ ports, env: { SWITCHYARD_DEMO: 'off' } });
    cleanups.push(() => second.stop());
    expect((await fetch(`${second.gatewayUrl}/healthz`)).status).toBe(200);
  });
});
