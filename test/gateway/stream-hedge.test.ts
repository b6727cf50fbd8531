import { afterEach, describe, expect, it } from 'vitest';
import { clientText } from '#test/support/client-stream.ts';
import { type Behaviour, keepsSilent, stalls, streams } from '#test/support/fake-upstream.ts';
import { ask, NATIVE, pieces, type World, world } from './stream-support.ts';

const open: World[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const { wire } = NATIVE.chat;

describe('of two calls for one answer', () => {
  it.each([
    ['says nothing', keepsSilent],
    ['has only opened its stream', stalls(wire.begin)],
  ] as [string, Behaviour][])(
    'the loser that %s is cut off as soon as the other answers',
    async (_case, does) => {
      const slow: Behaviour = async ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(wire.begin + wire.text('Hel'));
        await made.upstreams.first.calls[0]?.aborted;
        response.end(wire.text('lo') + wire.end);
      };
      const made = await world(
        { first: { does }, second: { does: slow } },
        { hedge: { on: true, minDelaySeconds: 0.1 }, timeouts: { firstTokenSeconds: 5, totalSeconds: 10 } },
      );
      open.push(made);
      // It goes on only once the loser's connection is closed: a loser that is kept would end this by the idle limit.
      const response = await ask(made.gateway, 'chat');
      expect(clientText(await response.text())).toBe('Hello');
      const record = await made.gateway.record(response.headers.get('x-switchyard-request-id'));
      expect(record.attempts).toMatchObject([
        { target: 'first', hedge: false },
        { target: 'second', hedge: true, outcome: 'ok' },
      ]);
    },
  );

  it('neither is left open when the client goes away', async () => {
    const made = await world(
      { first: { does: keepsSilent }, second: { does: keepsSilent } },
      { hedge: { on: true, minDelaySeconds: 0.1 }, timeouts: { firstTokenSeconds: 5, totalSeconds: 10 } },
      { early: 50 },
    );
    open.push(made);
    const hedged = made.upstreams.second.nextCall();
    const leaves = new AbortController();
    await ask(made.gateway, 'chat', {}, leaves.signal);
    const second = await hedged;
    leaves.abort();
    await Promise.all([second.aborted, made.upstreams.first.calls[0]?.aborted]);
  });
});

describe('an answer that arrives with its winner already decided', () => {
  it('is let go, however complete it is', async () => {
    const whole = streams(...pieces(wire, ['Hello']));
    const both: Behaviour = async (call) => {
      if (made.upstreams.second.calls.length === 0) await made.upstreams.second.nextCall();
      await whole(call);
    };
    const made = await world(
      { first: { does: both }, second: { does: whole } },
      { hedge: { on: true, minDelaySeconds: 0.1 }, timeouts: { firstTokenSeconds: 5, totalSeconds: 10 } },
    );
    open.push(made);
    for (let round = 0; round < 3; round += 1) {
      const response = await ask(made.gateway, 'chat');
      expect(clientText(await response.text())).toBe('Hello');
      const record = await made.gateway.record(response.headers.get('x-switchyard-request-id'));
      expect(['primary', 'backup']).toContain(record.outcome);
    }
  });
});
