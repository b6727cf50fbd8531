import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { breakerTransitionSchema, breakerViewSchema } from '#lib/contract/breaker-view.ts';
import type { FromGateway } from '#lib/contract/ipc.ts';
import { requestRecordSchema } from '#lib/contract/records.ts';
import {
  answers,
  type Behaviour,
  chunk,
  DONE,
  FakeUpstream,
  fails,
  ROLE,
  STOP,
  stalls,
  streams,
} from '#test/support/fake-upstream.ts';
import { CREDENTIAL, KEY, recordsOf, type Setup, snapshotOf, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function setUp(
  primaryDoes: Behaviour,
  backupDoes: Behaviour = answers('from the backup'),
  policy: Setup['policy'] = {},
) {
  const primary = await FakeUpstream.start(primaryDoes);
  const backup = await FakeUpstream.start(backupDoes);
  const setup: Setup = {
    targets: { primary: { origin: primary.origin }, backup: { origin: backup.origin } },
    policy: { retry: { maxPerTarget: 0 }, ...policy },
  };
  const gateway = await TestGateway.start(setup);
  open.push({ close: () => gateway.worker.stop() }, primary, backup);
  return { primary, backup, gateway, setup };
}

const HOUR_MS = 3_600_000;

function forcedOpen(id: string) {
  const setAtWallMs = Date.now();
  return {
    scope: 'target' as const,
    id,
    kind: 'forced_open' as const,
    reason: 'Maintenance of the vendor',
    by: 'token',
    setAtWallMs,
    expiresAtWallMs: setAtWallMs + HOUR_MS,
  };
}

function ackOf(id: string) {
  return (messages: FromGateway[]) =>
    messages.find((message) => message.type === 'ack' && message.commandId === id);
}

describe('commands', () => {
  it('an override is in force before its acknowledgement leaves, and its breaker has been shown', async () => {
    const { gateway, primary } = await setUp(answers('from the primary'));
    gateway.tell({ type: 'overrides', commandId: 'c1', overrides: [forcedOpen('primary')] });
    expect(ackOf('c1')(gateway.messages)).toMatchObject({ ok: true });
    const at = gateway.messages.findIndex((message) => message.type === 'breakers');
    expect(at).toBeLessThan(gateway.messages.findIndex((message) => message.type === 'ack'));
    expect(gateway.messages[at]).toMatchObject({
      breakers: [{ scope: 'target', id: 'primary', effective: 'forced_open', override: { by: 'token' } }],
    });
    const response = await gateway.chat({});
    expect(response.headers.get('x-switchyard-degraded-reason')).toBe('override');
    expect(primary.calls).toHaveLength(0);
    gateway.tell({ type: 'overrides', commandId: 'c2', overrides: [] });
    expect((await gateway.chat({})).headers.get('x-switchyard-degraded')).toBe('false');
  });

  it('reset closes an open breaker, and an unknown scope is refused in words', async () => {
    const { gateway } = await setUp(fails(500, { message: 'down' }));
    for (let n = 0; n < 5; n += 1) await (await gateway.chat({})).text();
    const transition = gateway.messages.find((message) => message.type === 'transition');
    expect(transition).toMatchObject({
      transition: { id: 'primary', to: 'open' },
      breaker: { state: 'open' },
    });
    gateway.tell({ type: 'breaker', commandId: 'r1', action: 'reset', scope: 'target', id: 'primary' });
    expect(ackOf('r1')(gateway.messages)).toMatchObject({ ok: true });
    gateway.tell({ type: 'breaker', commandId: 'r2', action: 'probe', scope: 'target', id: 'nobody' });
    expect(ackOf('r2')(gateway.messages)).toMatchObject({
      ok: false,
      message: expect.stringContaining('nobody'),
    });
  });

  it('a snapshot that contradicts itself is refused and changes nothing', async () => {
    const { gateway, setup } = await setUp(answers('Hi'));
    const broken = snapshotOf({ ...setup, version: 2 });
    broken.targets = [];
    gateway.tell({ type: 'snapshot', commandId: 's2', snapshot: broken });
    expect(ackOf('s2')(gateway.messages)).toMatchObject({ ok: false });
    expect((await gateway.chat({})).status).toBe(200);
    expect(JSON.stringify(gateway.logged)).not.toContain(CREDENTIAL);
  });

  it('a new snapshot is used by the next request, and the one under way keeps its own', async () => {
    const { gateway, backup, primary } = await setUp(stalls(ROLE, chunk({ content: 'Once' })));
    const underWay = await gateway.chat({ stream: true });
    gateway.tell({
      type: 'snapshot',
      commandId: 's2',
      snapshot: snapshotOf({ version: 2, targets: { backup: { origin: backup.origin } } }),
    });
    expect(ackOf('s2')(gateway.messages)).toMatchObject({ ok: true });
    expect((await gateway.chat({})).headers.get('x-switchyard-served-by')).toBe('p-backup/main/backup-model');
    primary.calls[0]?.response.end(STOP + DONE);
    expect(await underWay.text()).toContain('[DONE]');
  });

  it('control that has restarted is told everything at once', async () => {
    const { gateway } = await setUp(answers('Hi'));
    const before = gateway.messages.length;
    gateway.tell({ type: 'hello' });
    const state = gateway.messages.slice(before)[0];
    expect(state).toMatchObject({ type: 'state', snapshotVersion: 1, worker: { pid: process.pid } });
    const views = state?.type === 'state' ? state.breakers : [];
    expect(views.map(({ id }) => id).sort()).toEqual([
      'backup',
      'p-backup',
      'p-backup.main',
      'p-primary',
      'p-primary.main',
      'primary',
    ]);
    for (const view of views) breakerViewSchema.parse(view);
  });
});

describe('a new worker', () => {
  it('starts with the cooldowns and overrides of the one before it', async () => {
    const limited = fails(
      429,
      { message: 'Slow down', code: 'rate_limit_exceeded' },
      { 'retry-after': '60' },
    );
    const { gateway, primary, setup } = await setUp(limited);
    await (await gateway.chat({})).text();
    const kept = gateway.envelopes.findLast(({ keep }) => keep === 'cooldowns');
    const next = await TestGateway.start(setup);
    open.push({ close: () => next.worker.stop() });
    next.tell(JSON.parse(kept?.body ?? '{}'));
    const response = await next.chat({});
    expect(response.headers.get('x-switchyard-degraded-reason')).toBe('rate_limited');
    expect(primary.calls).toHaveLength(1);
    next.tell({ type: 'clear-cooldown', commandId: 'c', target: 'primary' });
    await (await next.chat({})).text();
    expect(primary.calls).toHaveLength(2);
  });

  it('says that it is ready before anything else', async () => {
    const gateway = await TestGateway.start();
    open.push({ close: () => gateway.worker.stop() });
    expect(gateway.envelopes[0]).toEqual({ to: 'supervisor', body: '{"type":"ready","role":"gateway"}' });
  });
});

describe('reports', () => {
  it('hold no prompt, no answer and no secret', async () => {
    const echo = fails(400, {
      message: `Bad value in "my secret prompt" for ${CREDENTIAL}`,
      code: 'invalid_value',
      failed_generation: 'my secret prompt',
    });
    const { gateway, primary } = await setUp(
      streams(ROLE, chunk({ content: 'a private answer' }), STOP, DONE),
    );
    const messages = [{ role: 'user', content: 'my secret prompt' }];
    await (await gateway.chat({ stream: true, messages })).text();
    primary.behave(echo);
    const failed = await gateway.chat({ messages });
    await gateway.record(failed.headers.get('x-request-id'));
    await gateway.until((sent) => sent.find((message) => message.type === 'tick'));
    const everything = JSON.stringify(gateway.envelopes) + JSON.stringify(gateway.logged);
    expect(everything).not.toContain('a private answer');
    expect(everything).not.toContain(CREDENTIAL);
    expect(everything).not.toContain(KEY);
  });

  it('are valid by the contract, and count every attempt', async () => {
    const { gateway } = await setUp(
      fails(500, { message: 'down' }),
      streams(ROLE, chunk({ content: 'Hi' }), STOP, DONE),
    );
    for (let n = 0; n < 6; n += 1) await (await gateway.chat({ stream: true })).text();
    const tick = await gateway.until((sent) =>
      sent.find((message) => message.type === 'tick' && message.cells.length > 0),
    );
    const cells = tick.type === 'tick' ? tick.cells : [];
    const count = (kind: string, target: string, outcome: string) =>
      cells
        .filter((cell) => cell.kind === kind && cell.target === target && cell.outcome === outcome)
        .reduce((sum, cell) => sum + cell.count, 0);
    expect(count('attempt', 'primary', 'server_error')).toBe(5);
    expect(count('attempt', 'backup', 'ok')).toBe(6);
    expect(count('request', 'backup', 'backup')).toBe(6);
    const records = await gateway.until((sent) => {
      const found = recordsOf(sent);
      return found.length === 6 ? found : undefined;
    });
    for (const record of records) requestRecordSchema.parse(record);
    expect(records[5]?.skips).toMatchObject([{ target: 'primary', reason: 'breaker_open' }]);
    for (const message of gateway.messages)
      if (message.type === 'transition') breakerTransitionSchema.parse(message.transition);
    const columns = gateway.messages.flatMap((message) =>
      message.type === 'records' ? [message.attempts] : [],
    );
    expect(columns.reduce((sum, { atWallMs }) => sum + atWallMs.length, 0)).toBe(11);
  });

  it('sample plain successes, and never what went wrong', async () => {
    const primary = await FakeUpstream.start(answers('Hi'));
    const gateway = await TestGateway.start({ targets: { primary: { origin: primary.origin } } }, 2);
    open.push({ close: () => gateway.worker.stop() }, primary);
    for (let n = 0; n < 10; n += 1) await (await gateway.chat({})).text();
    const wrong = await gateway.chat({ model: 'nope' });
    await gateway.record(wrong.headers.get('x-request-id'));
    const outcomes = recordsOf(gateway.messages).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'caller_error')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'primary').length).toBeLessThan(6);
  });

  it('show the calls under way by target', async () => {
    const { gateway, primary } = await setUp(stalls(ROLE, chunk({ content: 'Once' })));
    const response = await gateway.chat({ stream: true });
    await gateway.until((sent) =>
      sent.find((message) => message.type === 'tick' && message.inFlight.primary === 1),
    );
    primary.calls[0]?.response.end(STOP + DONE);
    await response.text();
    await gateway.until((sent) => {
      const last = sent.findLast((message) => message.type === 'tick');
      return last?.type === 'tick' && Object.keys(last.inFlight).length === 0 ? last : undefined;
    });
  });
});

describe('draining', () => {
  it('lets a stream finish, closes idle connections and takes no new ones', async () => {
    const { gateway, primary } = await setUp(stalls(ROLE, chunk({ content: 'Once' })));
    const idle = connect(gateway.port, '127.0.0.1');
    await once(idle, 'connect');
    const response = await gateway.chat({ stream: true });
    let drained = false;
    const drain = gateway.worker.drain(10_000).then(() => {
      drained = true;
    });
    await once(idle, 'close');
    expect(drained).toBe(false);
    await expect(gateway.get('/healthz')).rejects.toThrow();
    primary.calls[0]?.response.end(STOP + DONE);
    expect(await response.text()).toContain('[DONE]');
    await drain;
    expect(gateway.messages.some((message) => message.type === 'tick')).toBe(true);
  });

  it('cuts what is left when its time is over', async () => {
    const { gateway } = await setUp(stalls(ROLE, chunk({ content: 'Once' })));
    const response = await gateway.chat({ stream: true });
    const ended = response.text().then(
      () => 'clean',
      () => 'cut',
    );
    await gateway.worker.drain(50);
    expect(await ended).toBe('cut');
  });
});
