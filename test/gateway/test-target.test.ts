import { afterEach, describe, expect, it } from 'vitest';
import type { FromGateway } from '#lib/contract/ipc.ts';
import type { TargetTestResult } from '#lib/contract/test-call.ts';
import { type Behaviour, chunk, FakeUpstream, fails, ROLE, stalls } from '#test/support/fake-upstream.ts';
import { snapshotOf, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

/** Two targets; no flow has the second one. */
async function setUp(behaviour: Behaviour, enabled = true) {
  const upstream = await FakeUpstream.start(behaviour);
  const gateway = await TestGateway.start();
  open.push({ close: () => gateway.worker.stop() }, upstream);
  const targets = { first: { origin: upstream.origin }, second: { origin: upstream.origin } };
  const snapshot = snapshotOf({ targets });
  for (const flow of snapshot.flows) flow.chain = flow.chain.filter(({ target }) => target === 'first');
  for (const target of snapshot.targets) target.enabled = enabled;
  gateway.tell({ type: 'snapshot', commandId: null, snapshot });
  return { upstream, gateway };
}

async function tested(gateway: TestGateway, target = 'second'): Promise<TargetTestResult> {
  gateway.tell({ type: 'test-target', commandId: 't1', target });
  return gateway.until((messages) => {
    const found = messages.find((message) => message.type === 'target-test-result');
    return found?.type === 'target-test-result' ? found.result : undefined;
  });
}

/** What was last told of the target's breaker before the test's result. */
function windowOf(messages: readonly FromGateway[], target = 'second') {
  const until = messages.findIndex(({ type }) => type === 'target-test-result');
  const views = messages
    .slice(0, until)
    .flatMap((message) => ('breakers' in message ? message.breakers : []));
  return views.findLast(({ scope, id }) => scope === 'target' && id === target)?.window;
}

describe('a test of a target', () => {
  it('is a sample on its breaker, told before the result, and a record to look up', async () => {
    const { gateway } = await setUp(stalls(ROLE, chunk({ content: 'OK' })));
    const result = await tested(gateway);
    expect(result).toMatchObject({ ok: true, counted: true, note: null, failure: null });
    expect(windowOf(gateway.messages)).toMatchObject({ ok: 1, failure: 0 });
    const record = await gateway.record(result.requestId);
    expect(record).toMatchObject({ flow: '', outcome: 'primary', servedBy: { target: 'second' } });
  });

  it('lets the answer go at its first word', async () => {
    const { upstream, gateway } = await setUp(stalls(ROLE, chunk({ content: 'OK' })));
    const called = upstream.nextCall();
    expect((await tested(gateway)).ok).toBe(true);
    await (await called).aborted;
    expect(upstream.calls).toHaveLength(1);
  });

  it('counts a failure once, without a retry', async () => {
    const { upstream, gateway } = await setUp(fails(500, { message: 'Oops' }));
    const result = await tested(gateway);
    expect(result).toMatchObject({
      ok: false,
      counted: true,
      failure: { class: 'server_error', status: 500 },
    });
    expect(windowOf(gateway.messages)).toMatchObject({ ok: 0, failure: 1 });
    expect(upstream.calls).toHaveLength(1);
  });

  it('is not made against an override, and says so', async () => {
    const { upstream, gateway } = await setUp(fails(500, { message: 'Oops' }));
    const override = {
      scope: 'target' as const,
      id: 'second',
      kind: 'forced_open' as const,
      reason: 'Maintenance of the vendor',
      by: 'user:ana@example.com',
      setAtWallMs: 1,
      expiresAtWallMs: null,
    };
    gateway.tell({ type: 'overrides', commandId: null, overrides: [override] });
    const result = await tested(gateway);
    expect(result).toMatchObject({ ok: false, counted: false, failure: null });
    expect(result.note).toContain('forced open by user:ana@example.com');
    expect(upstream.calls).toEqual([]);
  });

  it('of a drained target is made past its breaker, and says that it does not count', async () => {
    const { gateway } = await setUp(fails(401, { code: 'invalid_api_key', message: 'No' }), false);
    const result = await tested(gateway);
    expect(result).toMatchObject({ ok: false, counted: false, failure: { class: 'auth' } });
    expect(result.note).toContain('does not count');
    expect(windowOf(gateway.messages)).toMatchObject({ ok: 0, failure: 0 });
  });

  it('of a target that is gone says so', async () => {
    const { gateway } = await setUp(stalls());
    expect(await tested(gateway, 'third')).toMatchObject({
      ok: false,
      note: expect.stringContaining('"third"'),
    });
  });
});
