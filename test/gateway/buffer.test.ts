import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { clientText, endsCleanly, streamError, switchyards } from '#test/support/client-stream.ts';
import { type Behaviour, cuts, fails, keepsSilent, stalls, streams } from '#test/support/fake-upstream.ts';
import { ask, FACES, NATIVE, pieces, type World, world } from './stream-support.ts';

const open: World[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const POLICY: PolicyInput = {
  buffer: true,
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 1, idleSeconds: 0.25, totalSeconds: 5 },
};
const WAITS = { earlyBuffered: 60, keepAlive: 40 };
const TEXTS = ['The quick ', 'brown ', 'fox.'];
const OTHER = ['From the ', 'second.'];

async function setUp(face: (typeof FACES)[number], first: Behaviour, policy: PolicyInput = {}, waits = {}) {
  const { kind, wire } = NATIVE[face];
  const second = streams(...pieces(wire, OTHER));
  const made = await world(
    { first: { kind, does: first }, second: { kind, does: second } },
    { ...POLICY, ...policy },
    waits,
  );
  open.push(made);
  return made;
}

describe.each(FACES)('a buffered flow on the %s face', (face) => {
  const { wire } = NATIVE[face];
  const whole = pieces(wire, TEXTS);

  it('answers with the whole stream, and with all headers where that was quick', async () => {
    const { gateway, upstreams } = await setUp(face, streams(...whole));
    const response = await ask(gateway, face);
    expect(response.headers.get('x-switchyard-served-by')).toBe('p-first/main/first-model');
    const bytes = await response.text();
    expect(clientText(bytes)).toBe(TEXTS.join(''));
    expect(endsCleanly(bytes)).toBe(true);
    expect(switchyards(bytes)).toHaveLength(1);
    expect(upstreams.second.calls).toHaveLength(0);
  });

  for (const [at] of whole.entries()) {
    it(`survives a cut behind event ${at}, without a word of what was cut`, async () => {
      const { gateway } = await setUp(face, cuts(...whole.slice(0, at)));
      const response = await ask(gateway, face);
      expect(response.headers.get('x-switchyard-served-by')).toBe('p-second/main/second-model');
      const bytes = await response.text();
      expect(clientText(bytes)).toBe(OTHER.join(''));
      expect(endsCleanly(bytes)).toBe(true);
      const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
      expect(record).toMatchObject({ outcome: 'backup', attempts: [{ target: 'first' }, { outcome: 'ok' }] });
      expect(record.attempts[0]?.verdict).toBe('failure');
    });
  }

  it('survives a stall, a tool call that breaks off and an error in the stream', async () => {
    const error = `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}\n\n`;
    for (const does of [
      stalls(...whole.slice(0, 2)),
      cuts(...whole.slice(0, 2), wire.tool),
      streams(...whole.slice(0, 3), error),
    ]) {
      const { gateway } = await setUp(face, does);
      expect(clientText(await (await ask(gateway, face)).text())).toBe(OTHER.join(''));
    }
  });

  it('gives signs of life while it holds an answer, and says in the body who served', async () => {
    const slow: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of whole) {
        response.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      response.end();
    };
    const { gateway } = await setUp(face, slow, {}, WAITS);
    const response = await ask(gateway, face);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-switchyard-served-by')).toBeNull();
    const bytes = await response.text();
    expect(bytes).toMatch(/^(: keep-alive|event: ping)/);
    expect(clientText(bytes)).toBe(TEXTS.join(''));
    expect(switchyards(bytes)).toMatchObject([{ servedBy: { target: 'first' }, attempts: 1 }]);
  });

  it('says inside the stream that all have failed, once its client had to wait', async () => {
    const { gateway, upstreams } = await setUp(face, stalls(...whole.slice(0, 2)), {}, WAITS);
    upstreams.second.behave(fails(500, { message: 'Down' }));
    const response = await ask(gateway, face);
    expect(response.status).toBe(200);
    const bytes = await response.text();
    expect(clientText(bytes)).toBe('');
    expect(streamError(bytes)).toBe('Try again in a moment.');
    expect(endsCleanly(bytes)).toBe(false);
  });
});

describe('a buffered answer', () => {
  const { wire } = NATIVE.chat;

  it('is not given up for want of a first token while it is being written', async () => {
    const slow: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of pieces(wire, [...TEXTS, '!', '!', '!'])) {
        response.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      response.end();
    };
    const { gateway, upstreams } = await setUp('chat', slow, {
      timeouts: { firstTokenSeconds: 0.3, idleSeconds: 0.25, totalSeconds: 5 },
    });
    const response = await ask(gateway, 'chat');
    expect(clientText(await response.text())).toBe(`${TEXTS.join('')}!!!`);
    expect(upstreams.second.calls).toHaveLength(0);
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record.attempts[0]?.firstTokenMs).toBeLessThan(record.attempts[0]?.durationMs ?? 0);
  });

  it('still has to begin in time', async () => {
    const { gateway } = await setUp('chat', keepsSilent, {
      timeouts: { firstTokenSeconds: 0.2, idleSeconds: 2, totalSeconds: 5 },
    });
    const response = await ask(gateway, 'chat');
    expect(clientText(await response.text())).toBe(OTHER.join(''));
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record.attempts[0]).toMatchObject({ outcome: 'timeout', firstTokenMs: null });
  });

  it('is let go at once when its client leaves', async () => {
    const { gateway, upstreams } = await setUp('chat', stalls(...pieces(wire, TEXTS, false)), {}, WAITS);
    const called = upstreams.first.nextCall();
    const leaves = new AbortController();
    const response = await ask(gateway, 'chat', {}, leaves.signal);
    leaves.abort();
    await (await called).aborted;
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record).toMatchObject({ outcome: 'aborted' });
    expect(upstreams.second.calls).toHaveLength(0);
  });

  it('of more than 64 MB fails over', async () => {
    const piece = wire.text('x'.repeat(1024 * 1024));
    const endless: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.on('error', () => {});
      for (let sent = 0; sent < 70 && !response.destroyed; sent += 1) {
        await new Promise<void>((resolve) => response.write(piece, () => resolve()));
      }
      response.end(wire.end);
    };
    const { gateway } = await setUp('chat', endless, { timeouts: { idleSeconds: 5, totalSeconds: 30 } });
    const bytes = await (await ask(gateway, 'chat')).text();
    expect(clientText(bytes)).toBe(OTHER.join(''));
  });
});
