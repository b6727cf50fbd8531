import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import { BatchQueue } from '#lib/runtime/control-batch-queue.ts';
import { ownOrigins, readControlEnv } from '#lib/runtime/control-env.ts';
import { AttemptLimiter } from '#lib/runtime/control-limiter.ts';
import { Persister } from '#lib/runtime/control-persister.ts';
import { explainPortError, listenForPages } from '#lib/runtime/control-server.ts';
import { SessionCache } from '#lib/runtime/control-session-cache.ts';
import type { Rollup } from '#lib/telemetry/rollup-buffer.ts';
import { startControl } from './control-under-test.ts';

describe('a start', () => {
  test('a first start sets the demo up and prints a call that works, with a key that is shown once', async () => {
    const control = await startControl();
    const printed = control.lines.join('\n');
    const key = /Bearer (sy_\S+)"/.exec(printed)?.[1];
    expect(key).toBeDefined();
    expect(printed).toContain('http://127.0.0.1:8080/v1/chat/completions');
    expect(control.gateway.snapshot?.flows.map((flow) => flow.slug)).toContain('support-chat');
    await control.stop();
  });

  test('SWITCHYARD_DEMO=off starts empty', async () => {
    const control = await startControl({ SWITCHYARD_DEMO: 'off' });
    expect(control.gateway.snapshot?.providers).toEqual([]);
    expect(control.gateway.simulator).toBeNull();
    await control.stop();
  });

  test('a configuration file is in force instead of the demo', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-config-'));
    const path = join(folder, 'switchyard.yaml');
    await writeFile(
      path,
      'providers:\n  - { slug: own, name: Own, kind: openai-compatible, endpoints: [{ slug: main, baseUrl: "http://127.0.0.1:9" }] }\n',
    );
    const control = await startControl({ SWITCHYARD_CONFIG: path });
    expect(control.gateway.snapshot?.providers.map((provider) => provider.slug)).toEqual(['own']);
    await control.stop();
    await rm(folder, { recursive: true });
  });

  test('one that cannot be read, or has faults, ends the start with one sentence that names them all', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-config-'));
    const path = join(folder, 'switchyard.yaml');
    await writeFile(path, 'flows:\n  - { slug: A B, name: x, chain: [nowhere] }\n');
    const faults = startControl({ SWITCHYARD_CONFIG: path });
    await expect(faults).rejects.toThrow(/flows\.0\.slug: .+ flows\.0\.chain\.0: /);
    await expect(startControl({ SWITCHYARD_CONFIG: join(folder, 'none') })).rejects.toThrow(/cannot be read/);
    await rm(folder, { recursive: true });
  });

  test('overrides and cooldowns are back in the gateway after a restart of everything', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-restart-'));
    const first = await startControl({ DATA_DIR: folder });
    await first.runtime.perform('breakers.setOverride', {
      params: { scope: 'target', id: 'gpt-4o-us' },
      query: {},
      body: { kind: 'forced_open', reason: 'a reason of enough words', expiresInSeconds: null },
      version: null,
      caller: { actor: { kind: 'token' }, via: 'api' },
    });
    const cooldown = {
      key: 'target:gpt-4o-eu',
      untilWallMs: Date.now() + 60_000,
      class: 'rate_limited' as const,
      message: '',
      setAtWallMs: 1,
      level: 1,
    };
    first.gateway.say({ type: 'cooldowns', cooldowns: [cooldown] });
    await first.parts.persister.flush();
    await first.stop();
    const second = await startControl({ DATA_DIR: folder });
    expect(second.gateway.overrides).toMatchObject([{ id: 'gpt-4o-us', kind: 'forced_open' }]);
    expect(second.gateway.cooldowns).toEqual([cooldown]);
    expect(second.lines.join('\n')).toContain('$SWITCHYARD_API_KEY');
    await second.stop();
    await rm(folder, { recursive: true });
  });

  test('a start under another secret says whose stored credentials it cannot read, and works on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-secret-'));
    const first = await startControl({ DATA_DIR: folder });
    expect(first.lines.join('\n')).not.toContain('Note');
    await first.stop();
    const second = await startControl({ DATA_DIR: folder, SWITCHYARD_SECRET: 'quite another secret' });
    const note = second.lines.find((line) => line.includes('Note'));
    expect(note).toMatch(/anthropic-sim.+ were saved under another SWITCHYARD_SECRET or secret\.key/);
    await second.stop();
    await rm(folder, { recursive: true });
  });

  test('the simulator follows SIMULATOR_PORT', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-ports-'));
    await (await startControl({ DATA_DIR: folder, SIMULATOR_PORT: '18090' })).stop();
    const moved = await startControl({ DATA_DIR: folder, SIMULATOR_PORT: '18190' });
    const urls = moved.gateway.snapshot?.providers.flatMap((one) => one.endpoints.map((end) => end.baseUrl));
    expect(urls).toHaveLength(4);
    for (const url of urls ?? []) expect(url).toMatch(/^http:\/\/127\.0\.0\.1:1819\d/);
    await moved.stop();
    await rm(folder, { recursive: true });
  });
});

describe('the environment', () => {
  test('a public URL makes its origin our own, besides the local names', () => {
    const parsed = readControlEnv({
      NODE_ENV: 'test',
      SWITCHYARD_PUBLIC_URL: 'https://ops.example/x/',
      PORT: '4000',
    });
    if (!parsed.ok) throw new Error(parsed.message);
    expect(ownOrigins(parsed.env)).toEqual(
      expect.arrayContaining(['https://ops.example', 'http://localhost:4000', 'http://127.0.0.1:4000']),
    );
  });

  test.each([{ SIMULATOR_PORT: 'x' }, { SWITCHYARD_PUBLIC_URL: 'ops.example' }])(
    'what cannot be is refused in a sentence: %j',
    (env) => {
      const parsed = readControlEnv({ NODE_ENV: 'test', ...env });
      expect(parsed.ok ? '' : parsed.message).toContain(Object.keys(env)[0]);
    },
  );
});

describe('the port', () => {
  test('one that is taken is explained, with what to set', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as AddressInfo;
    const error = await listenForPages(port, '127.0.0.1').catch((caught: unknown) => caught);
    expect(explainPortError(error, port, '127.0.0.1')).toBe(
      `Port ${port} is taken, so the dashboard cannot listen: stop what uses it, or set PORT to another port.`,
    );
    holder.close();
  });

  test("a client's own word about its address is overwritten, and early requests wait for the pages", async () => {
    const pages = await listenForPages(0, '127.0.0.1');
    const { port } = pages.server.address() as AddressInfo;
    const answered = new Promise<string>((resolve, reject) => {
      const headers = { 'x-switchyard-client-ip': '203.0.113.9' };
      request({ port, host: '127.0.0.1', headers }, (response) => {
        let text = '';
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      })
        .on('error', reject)
        .end();
    });
    pages.serve((incoming, outgoing) => outgoing.end(String(incoming.headers['x-switchyard-client-ip'])));
    expect(await answered).toBe('127.0.0.1');
    await pages.close();
  });
});

describe('history in waiting', () => {
  test('a batch that fails stays first in line, and a full queue gives up its oldest', async () => {
    const queue = new BatchQueue<number>(5, 2);
    queue.add([1, 2, 3, 4, 5, 6]);
    expect(queue.dropped).toBe(1);
    await expect(queue.drain(() => Promise.reject(new Error('no disk')))).rejects.toThrow('no disk');
    const written: number[][] = [];
    await queue.drain(async (batch) => written.push(batch));
    expect(written).toEqual([[2, 3], [4, 5], [6]]);
  });
});

describe('a row that the database will never take', () => {
  const transition = (generation: number): BreakerTransition => ({
    scope: 'target',
    id: 'gpt-4o-us',
    atWallMs: 1,
    from: 'closed',
    to: 'open',
    reason: 'failure_rate',
    why: '',
    generation,
    openForMs: null,
    window: { ok: 0, slow: 0, failure: 1, consecutiveFailures: 1 },
    errors: [],
  });
  const rollup = (startWallMs: number): Rollup => ({
    kind: 'attempt',
    flow: 'f',
    target: 't',
    outcome: 'ok',
    count: 1,
    latency: [],
    latencyMaxMs: 1,
    firstToken: [],
    startWallMs,
    spanSeconds: 10,
  });

  test('holds up no other kind of history, and is given up in time', async () => {
    const control = await startControl({ SWITCHYARD_DEMO: 'off' });
    const { store } = control.parts;
    const persister = new Persister({ store });
    persister.addTransition({ ...transition(6), atWallMs: Number.NaN });
    persister.addTransition(transition(7));
    for (let n = 0; n < 6; n += 1) {
      persister.addRollups([rollup(n * 10_000)]);
      await persister.flush();
    }
    expect(await store.rollups.list({ fromWallMs: 0, toWallMs: 1_000_000 })).toHaveLength(6);
    const { items } = await store.events.list({ before: null, limit: 10 });
    expect(items.map(({ generation }) => generation)).toEqual([7]);
    expect(persister.dropped).toBe(1);
    await control.stop();
  });

  test('is not taken for one while the database takes nothing', async () => {
    const control = await startControl({ SWITCHYARD_DEMO: 'off' });
    const { store } = control.parts;
    const broken = { ...store, transaction: () => Promise.reject(new Error('disk full')) };
    const persister = new Persister({ store: broken });
    persister.addRollups([rollup(0)]);
    for (let n = 0; n < 20; n += 1) await persister.flush();
    expect(persister.dropped).toBe(0);
    await control.stop();
  });

  test('what comes while history is being written is written by whoever waits for it then', async () => {
    const control = await startControl({ SWITCHYARD_DEMO: 'off' });
    const { store } = control.parts;
    const persister = new Persister({ store });
    persister.addRollups([rollup(0)]);
    const under = persister.flush();
    const cooldown = {
      key: 'target:t',
      untilWallMs: Date.now() + 60_000,
      class: 'rate_limited' as const,
      message: '',
      setAtWallMs: 1,
      level: 1,
    };
    persister.setCooldowns([cooldown]);
    await persister.flush();
    expect(await store.cooldowns.list()).toEqual([cooldown]);
    await under;
    await control.stop();
  });
});

describe('attempts and sessions', () => {
  test('a limiter lets go after its window, and says how long that is', () => {
    const clock = { now: 0 };
    const limiter = new AttemptLimiter({ max: 2, windowMs: 60_000, now: () => clock.now });
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a'), limiter.take('b')]).toEqual([
      0, 0, 60, 0,
    ]);
    clock.now = 60_000;
    expect(limiter.take('a')).toBe(0);
  });

  test('a session outlives a database that fails for a while, and no longer', async () => {
    const clock = { now: 0 };
    let fails = false;
    const cache = new SessionCache({
      now: () => clock.now,
      load: async () => {
        if (fails) throw new Error('no disk');
        return { id: 'u', email: 'ada@example.com', name: 'Ada' };
      },
    });
    const headers = new Headers({ cookie: 'switchyard.session_token=abc' });
    await cache.get(headers);
    fails = true;
    clock.now = 10 * 60_000;
    expect((await cache.get(headers))?.name).toBe('Ada');
    clock.now = 16 * 60_000;
    await expect(cache.get(headers)).rejects.toThrow('no disk');
  });
});
