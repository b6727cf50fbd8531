import { describe, expect, test } from 'vitest';
import { ControlLink } from '#lib/cluster/control-link.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import type { Envelope, ToGateway } from '#lib/contract/ipc.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import type { TestCall, TestResult } from '#lib/contract/test-call.ts';

const snapshot: ConfigSnapshot = {
  version: 7,
  createdAtWallMs: 1,
  breaker: {
    consecutiveFailures: 5,
    failureRate: 0.5,
    slowRate: 0.8,
    minimumCalls: 20,
    windowSeconds: 60,
    openSeconds: 10,
    maxOpenSeconds: 30,
    probeSuccesses: 2,
    rampSeconds: 30,
    rampAfterSeconds: 60,
    rampFirstShare: 0.1,
    rampSecondShare: 0.5,
  },
  providers: [],
  targets: [],
  flows: [],
  apiKeys: [],
};

function view(id: string, seq: number): BreakerView {
  return {
    scope: 'target',
    id,
    seq,
    state: 'closed',
    effective: 'closed',
    sinceWallMs: 0,
    reason: 'initial',
    why: '',
    trips: 0,
    outageSinceWallMs: null,
    openUntilWallMs: null,
    probe: null,
    window: { seconds: 60, ok: seq, slow: 0, failure: 0, consecutiveFailures: 0, late: 0, buckets: [] },
    errors: [],
    cooldown: null,
    override: null,
    inFlight: 0,
    derived: null,
    ramp: null,
    shadow: null,
  };
}

function connect(ackTimeoutMs = 2_000) {
  const sent: { envelope: Envelope; message: ToGateway }[] = [];
  let ids = 0;
  const link = new ControlLink({
    send: (envelope) => sent.push({ envelope, message: JSON.parse(envelope.body) }),
    flowRates: () => new Map(),
    newId: () => `c${++ids}`,
    ackTimeoutMs,
  });
  return { link, sent };
}

const testCall: TestCall = {
  kind: 'openai',
  baseUrl: 'https://api.openai.com',
  region: null,
  credential: 'sk-1',
  model: null,
  deployment: null,
};
const passed: TestResult = {
  ok: true,
  how: 'list',
  latencyMs: 9,
  listable: true,
  models: [],
  failure: null,
};

const worker = { pid: 1, startedAtWallMs: 0, rssBytes: 0, utilisation: 0 };

describe('control link', () => {
  test('an override resolves only once the gateway has said that it took effect', async () => {
    const { link, sent } = connect();
    link.receive({ type: 'gateway-up', up: true });
    let done = false;
    const call = link.setOverrides([]).then(() => {
      done = true;
    });
    await Promise.resolve();
    await Promise.resolve();
    expect(done).toBe(false);
    const last = sent.at(-1);
    expect(last?.envelope.keep).toBe('overrides');
    link.receive({ type: 'ack', commandId: 'c1', ok: true });
    await call;
    expect(done).toBe(true);
  });

  test('a gateway that stays silent is reported as a timeout, not waited for', async () => {
    const { link } = connect(20);
    link.receive({ type: 'gateway-up', up: true });
    await expect(link.setOverrides([])).rejects.toMatchObject({ code: 'gateway_timeout' });
  });

  test('while no gateway is there, publishing resolves at once and leaves the snapshot with the supervisor', async () => {
    const { link, sent } = connect();
    await link.publish(snapshot);
    expect(sent[0]?.envelope).toMatchObject({ to: 'gateway', keep: 'snapshot' });
  });

  test('while no gateway is there, a reset is refused at once', async () => {
    const { link, sent } = connect();
    await expect(link.resetBreaker('target', 'a')).rejects.toMatchObject({ code: 'gateway_unavailable' });
    expect(sent).toEqual([]);
  });

  test('a worker that dies takes pending resets with it, but not what the supervisor replays', async () => {
    const { link } = connect();
    link.receive({ type: 'gateway-up', up: true });
    const reset = link.resetBreaker('target', 'a');
    const override = link.setOverrides([]);
    link.receive({ type: 'gateway-up', up: false });
    await expect(reset).rejects.toMatchObject({ code: 'gateway_unavailable' });
    await expect(override).resolves.toBeUndefined();
  });

  test('a worker that comes up gets snapshot, overrides, cooldowns and a hello', async () => {
    const { link, sent } = connect();
    await link.publish(snapshot);
    await link.setOverrides([]);
    link.restoreCooldowns([
      { key: 'target:a', untilWallMs: 9, class: 'rate_limited', message: '', setAtWallMs: 1, level: 1 },
    ]);
    sent.length = 0;
    link.receive({ type: 'gateway-up', up: true });
    expect(sent.map((entry) => entry.message.type)).toEqual(['snapshot', 'overrides', 'cooldowns', 'hello']);
  });

  test('what a command did wrong in the gateway is told in its words', async () => {
    const { link } = connect();
    link.receive({ type: 'gateway-up', up: true });
    const probe = link.probeBreaker('target', 'nope');
    link.receive({ type: 'ack', commandId: 'c1', ok: false, message: 'No target "nope".' });
    await expect(probe).rejects.toMatchObject({ code: 'not_found', message: 'No target "nope".' });
  });

  test('a test call resolves with what the gateway found out, and only for who asked', async () => {
    const { link, sent } = connect();
    link.receive({ type: 'gateway-up', up: true });
    const asked = link.testCall(testCall);
    const target = link.testTarget('a');
    expect(sent.slice(-2).map(({ message, envelope }) => [message.type, envelope.keep])).toEqual([
      ['test-call', undefined],
      ['test-target', undefined],
    ]);
    const tested = { ok: true, counted: true, note: null, latencyMs: 4, requestId: null, failure: null };
    link.receive({ type: 'target-test-result', commandId: 'c2', result: tested });
    link.receive({ type: 'test-result', commandId: 'unknown', result: { ...passed, ok: false } });
    link.receive({ type: 'test-result', commandId: 'c1', result: passed });
    expect(await asked).toEqual(passed);
    expect(await target).toEqual(tested);
  });

  test('a test call is refused while no gateway is there, and when the one that makes it dies', async () => {
    const { link } = connect();
    await expect(link.testCall(testCall)).rejects.toMatchObject({ code: 'gateway_unavailable' });
    link.receive({ type: 'gateway-up', up: true });
    const asked = link.testTarget('a');
    link.receive({ type: 'gateway-up', up: false });
    await expect(asked).rejects.toMatchObject({ code: 'gateway_unavailable' });
  });

  test('refused keys are those that the gateway named last, and forgotten with it', () => {
    const { link } = connect();
    link.receive({ type: 'keys', refused: [{ credentialId: 'openai', sinceWallMs: 5 }] });
    expect([...link.refusedKeys().keys()]).toEqual(['openai']);
    link.receive({ type: 'keys', refused: [] });
    expect(link.refusedKeys().size).toBe(0);
    link.receive({ type: 'keys', refused: [{ credentialId: 'openai', sinceWallMs: 5 }] });
    link.receive({ type: 'gateway-up', up: false });
    expect(link.refusedKeys().size).toBe(0);
  });

  test('an older view never replaces a newer one', () => {
    const { link } = connect();
    link.receive({ type: 'breakers', breakers: [view('a', 5)] });
    link.receive({ type: 'breakers', breakers: [view('a', 4)] });
    expect(link.breakers()[0]?.window.ok).toBe(5);
  });

  test('a scope that no longer exists leaves with the next whole state', () => {
    const { link } = connect();
    link.receive({ type: 'state', worker, snapshotVersion: 1, breakers: [view('a', 1), view('b', 1)] });
    link.receive({ type: 'state', worker, snapshotVersion: 2, breakers: [view('b', 2)] });
    expect(link.breakers().map((one) => one.id)).toEqual(['b']);
  });
});
