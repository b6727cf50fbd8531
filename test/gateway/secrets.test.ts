import { afterEach, describe, expect, it } from 'vitest';
import {
  type Behaviour,
  chunk,
  FakeUpstream,
  fails,
  ROLE,
  replies,
  streams,
} from '#test/support/fake-upstream.ts';
import { recordsOf, snapshotOf, TestGateway } from './support.ts';

/** No vendor's prefix: nothing but the configuration tells that this is a key. */
const PLAIN_KEY = 'q7Zt0vV2mK9';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

async function setUp(behaviour: Behaviour) {
  const upstream = await FakeUpstream.start(behaviour);
  const gateway = await TestGateway.start();
  open.push({ close: () => gateway.worker.stop() }, upstream);
  const snapshot = snapshotOf({ targets: { only: { origin: upstream.origin } } });
  for (const provider of snapshot.providers) {
    for (const endpoint of provider.endpoints) endpoint.credential = PLAIN_KEY;
  }
  gateway.tell({ type: 'snapshot', commandId: null, snapshot });
  return gateway;
}

const error = { message: `The key ${PLAIN_KEY} is not welcome`, code: `${PLAIN_KEY}_unknown` };
const inBand = `data: ${JSON.stringify({ error })}\n\n`;

const REPEATED: [string, Behaviour, boolean][] = [
  ['under a 401', fails(401, error), false],
  ["in an error that is the caller's fault", fails(400, error), false],
  ['in the body of a 200', replies(200, JSON.stringify({ error: { ...error, status: 400 } })), false],
  ['in a stream before its first content', streams(inBand), true],
  ['in a stream that breaks', streams(ROLE, chunk({ content: 'Once' }), inBand), true],
];

describe('a key that its provider repeats', () => {
  it.each(REPEATED)('reaches neither client nor record: %s', async (_, behaviour, stream) => {
    const gateway = await setUp(behaviour);
    const response = await gateway.chat({ stream });
    const text = await response.text();
    await gateway.record(response.headers.get('x-switchyard-request-id'));
    const records = JSON.stringify(recordsOf(gateway.messages));
    expect(records).toContain('is not welcome');
    expect(`${text} ${JSON.stringify(gateway.messages)} ${gateway.logged}`).not.toContain(PLAIN_KEY);
  });
});

describe('a Retry-After that is a date', () => {
  it('is honoured when the answer does not say what time it is', async () => {
    const date = new Date(Date.now() + 40_000).toUTCString();
    const limited: Behaviour = ({ response }) => {
      response.sendDate = false;
      response.writeHead(429, { 'retry-after': date });
      response.end(JSON.stringify({ error: { message: 'Slow down', code: 'rate_limit_exceeded' } }));
    };
    const gateway = await setUp(limited);
    const response = await gateway.chat({});
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(35);
  });
});
