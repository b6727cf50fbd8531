import { afterEach, describe, expect, it } from 'vitest';
import type { FromGateway } from '#lib/contract/ipc.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import {
  answers,
  type Behaviour,
  chunk,
  DONE,
  FakeUpstream,
  fails,
  type Received,
  ROLE,
  STOP,
  streams,
} from '#test/support/fake-upstream.ts';
import { snapshotOf, TestGateway } from './support.ts';

const OLD = 'the-old-key-0001';
const NEW = 'the-new-key-0002';
const FAR = 4_000_000_000_000;

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const keyOf = ({ headers }: Received) => (headers.authorization ?? '').replace('Bearer ', '');
const UNKNOWN_KEY = fails(401, { code: 'invalid_api_key', message: 'Incorrect API key provided.' });

/** A vendor that knows some keys, and can be told others. */
async function vendorWith(...keys: string[]) {
  const known = new Set(keys);
  const conduct: { answer: Behaviour } = { answer: answers('Hi') };
  const upstream = await FakeUpstream.start((call) =>
    known.has(keyOf(call)) ? conduct.answer(call) : UNKNOWN_KEY(call),
  );
  open.push(upstream);
  return { upstream, known, conduct };
}

function overlapping(origin: string, credential = NEW, untilWallMs = FAR): ConfigSnapshot {
  const snapshot = snapshotOf({ targets: { only: { origin } } });
  for (const endpoint of snapshot.providers.flatMap(({ endpoints }) => endpoints)) {
    endpoint.credential = credential;
    endpoint.previous = { credential: OLD, untilWallMs };
  }
  return snapshot;
}

async function gatewayWith(snapshot: ConfigSnapshot): Promise<TestGateway> {
  const gateway = await TestGateway.start();
  open.push({ close: () => gateway.worker.stop() });
  gateway.tell({ type: 'snapshot', commandId: null, snapshot });
  return gateway;
}

async function recordOf(gateway: TestGateway, response: Response) {
  await response.text();
  return gateway.record(response.headers.get('x-switchyard-request-id'));
}

const refusals = (messages: readonly FromGateway[]) =>
  messages.flatMap((message) =>
    message.type === 'keys' ? [message.refused.map(({ credentialId }) => credentialId)] : [],
  );

describe('while two keys overlap', () => {
  it('a call that the new key is refused for is answered with the old one, inside the same attempt', async () => {
    const { upstream } = await vendorWith(OLD);
    const gateway = await gatewayWith(overlapping(upstream.origin));
    const response = await gateway.chat({});
    expect(response.status).toBe(200);
    const record = await recordOf(gateway, response);
    expect(record.outcome).toBe('primary');
    expect(record.attempts).toMatchObject([
      { outcome: 'ok', notes: ['The new key was refused; the previous one answered.'] },
    ]);
    expect(upstream.calls.map(keyOf)).toEqual([NEW, OLD]);
  });

  it('so is a stream', async () => {
    const { upstream, conduct } = await vendorWith(OLD);
    conduct.answer = streams(ROLE, chunk({ content: 'Hello' }), STOP, DONE);
    const gateway = await gatewayWith(overlapping(upstream.origin));
    const response = await gateway.chat({ stream: true });
    expect(await response.text()).toContain('Hello');
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record.attempts).toMatchObject([{ outcome: 'ok', firstTokenMs: expect.any(Number) }]);
  });

  it('the refused key is reported once, and its provider is not asked with it at every call', async () => {
    const { upstream } = await vendorWith(OLD);
    const gateway = await gatewayWith(overlapping(upstream.origin));
    for (let n = 0; n < 3; n += 1) expect((await gateway.chat({})).status).toBe(200);
    expect(upstream.calls.map(keyOf)).toEqual([NEW, OLD, OLD, OLD]);
    expect(refusals(gateway.messages)).toEqual([['p-only']]);
  });

  it('nobody is pinned: no cooldown is set while one of the two is good', async () => {
    const { upstream } = await vendorWith(OLD);
    const gateway = await gatewayWith(overlapping(upstream.origin));
    await gateway.chat({});
    expect(gateway.messages.filter(({ type }) => type === 'cooldowns')).toEqual([]);
  });

  it('once the vendor knows the new key alone, it answers at once and is reported no more', async () => {
    const { upstream, known } = await vendorWith(OLD);
    const gateway = await gatewayWith(overlapping(upstream.origin));
    await gateway.chat({});
    known.delete(OLD);
    known.add(NEW);
    const response = await gateway.chat({});
    expect(response.status).toBe(200);
    const record = await recordOf(gateway, response);
    expect(record.attempts[0]?.notes).toEqual(['The previous key was refused; the new one answered.']);
    expect(refusals(gateway.messages)).toEqual([['p-only'], []]);
    await gateway.chat({});
    expect(upstream.calls.map(keyOf).slice(-1)).toEqual([NEW]);
  });

  it('both refused is a refused credential, with the words about the new one', async () => {
    const { upstream } = await vendorWith();
    const gateway = await gatewayWith(overlapping(upstream.origin));
    const response = await gateway.chat({});
    expect(response.status).toBe(502);
    const record = await recordOf(gateway, response);
    expect(record.attempts).toMatchObject([
      { outcome: 'auth', notes: ['Both the new key and the previous one were refused.'] },
    ]);
    expect(gateway.messages.some(({ type }) => type === 'cooldowns')).toBe(true);
  });

  it('what the old key meets is told as it is: the vendor failed, the key was good', async () => {
    const { upstream, conduct } = await vendorWith(OLD);
    conduct.answer = fails(400, { message: 'Invalid value for temperature.', param: 'temperature' });
    const gateway = await gatewayWith(overlapping(upstream.origin));
    const response = await gateway.chat({});
    expect(response.status).toBe(400);
    expect((await recordOf(gateway, response)).attempts).toMatchObject([{ outcome: 'invalid_request' }]);
  });

  it('a new rotation starts afresh', async () => {
    const { upstream, known } = await vendorWith(OLD);
    const gateway = await gatewayWith(overlapping(upstream.origin));
    await gateway.chat({});
    known.add('a-third-key-0003');
    gateway.tell({
      type: 'snapshot',
      commandId: null,
      snapshot: overlapping(upstream.origin, 'a-third-key-0003'),
    });
    await gateway.chat({});
    expect(upstream.calls.map(keyOf)).toEqual([NEW, OLD, 'a-third-key-0003']);
    expect(refusals(gateway.messages)).toEqual([['p-only'], []]);
  });

  it('neither key reaches a record, a report or a log', async () => {
    const { upstream } = await vendorWith();
    const gateway = await gatewayWith(overlapping(upstream.origin));
    await recordOf(gateway, await gateway.chat({}));
    const told = `${JSON.stringify(gateway.messages)} ${gateway.logged}`;
    expect(told).not.toContain(OLD);
    expect(told).not.toContain(NEW);
  });
});

describe('after the overlap', () => {
  it('the old key is not used any more, without anybody telling the gateway', async () => {
    const { upstream } = await vendorWith(OLD);
    const gateway = await gatewayWith(overlapping(upstream.origin, NEW, Date.now() - 1));
    expect((await gateway.chat({})).status).toBe(502);
    expect(upstream.calls.map(keyOf)).toEqual([NEW]);
  });
});

describe('a key that is rotated under load', () => {
  /** Eight callers who never pause, until `work` is done; the statuses that they got. */
  async function load(gateway: TestGateway, work: () => Promise<void>): Promise<number[]> {
    const statuses: number[] = [];
    let over = false;
    const caller = async () => {
      while (!over) {
        const response = await gateway.chat({});
        await response.text();
        statuses.push(response.status);
      }
    };
    const callers = Array.from({ length: 8 }, caller);
    await work();
    over = true;
    await Promise.all(callers);
    return statuses;
  }

  /** Resolves once the vendor has had so many more calls. */
  const calls = async (upstream: FakeUpstream, more: number) => {
    for (let n = 0; n < more; n += 1) await upstream.nextCall();
  };

  it('fails nobody when the vendor knows the old key, then both, then the new one alone', async () => {
    const { upstream, known } = await vendorWith(OLD);
    const before = snapshotOf({ targets: { only: { origin: upstream.origin } } });
    for (const endpoint of before.providers.flatMap(({ endpoints }) => endpoints)) endpoint.credential = OLD;
    const gateway = await gatewayWith(before);
    const statuses = await load(gateway, async () => {
      await calls(upstream, 20);
      known.add(NEW);
      gateway.tell({ type: 'snapshot', commandId: null, snapshot: overlapping(upstream.origin) });
      await calls(upstream, 20);
      known.delete(OLD);
      await calls(upstream, 20);
    });
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(keyOf(upstream.calls.at(-1) as Received)).toBe(NEW);
  });

  it('fails nobody when the vendor takes its time with the new key', async () => {
    const { upstream, known } = await vendorWith(OLD);
    const gateway = await gatewayWith(overlapping(upstream.origin));
    const statuses = await load(gateway, async () => {
      await calls(upstream, 20);
      known.add(NEW);
      known.delete(OLD);
      await calls(upstream, 20);
    });
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(refusals(gateway.messages).at(-1)).toEqual([]);
  });
});
