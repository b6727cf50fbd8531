import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import type { ChatFace } from '#lib/wire/types.ts';
import {
  clientEvents,
  clientText,
  endsCleanly,
  streamError,
  switchyards,
} from '#test/support/client-stream.ts';
import { type Behaviour, fails, keepsSilent, stalls, streams } from '#test/support/fake-upstream.ts';
import { ask, FACES, NATIVE, pieces, type World, world } from './stream-support.ts';

const open: World[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const WAITS = { early: 60, earlyBuffered: 60, keepAlive: 40 };
const POLICY: PolicyInput = {
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 2, totalSeconds: 5 },
};

const ALIVE: Record<ChatFace, RegExp> = {
  chat: /^: keep-alive\n\n/,
  messages: /^event: ping\ndata: \{"type":\s*"ping"\}\n\n/,
  responses: /^: keep-alive\n\n/,
};

/** Waits first, and then does what it is told. */
function late(ms: number, does: Behaviour): Behaviour {
  return async (call) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await does(call);
  };
}

async function one(face: ChatFace, does: Behaviour, policy: PolicyInput = POLICY, waits = WAITS) {
  const made = await world({ primary: { does, kind: NATIVE[face].kind } }, policy, waits);
  open.push(made);
  return made;
}

describe('a client whose flow is patient with its primary', () => {
  it('gets signs of life while it is waited for, and then the primary\u2019s own answer', async () => {
    const policy = { ...POLICY, primaryPatience: { seconds: 3, retries: 1 } };
    const limited = fails(429, { message: 'Slow down', code: 'rate_limit_exceeded' }, { 'retry-after': '1' });
    const { gateway, upstreams } = await one('chat', limited, policy);
    upstreams.primary.behave(limited, streams(...pieces(NATIVE.chat.wire, ['Hel', 'lo'])));
    const response = await ask(gateway, 'chat');
    const bytes = await response.text();
    expect(bytes).toMatch(ALIVE.chat);
    expect(clientText(bytes)).toBe('Hello');
    expect(switchyards(bytes)).toMatchObject([
      { servedBy: { target: 'primary' }, attempts: 2, degraded: false, degradedReason: null },
    ]);
    const { attempts } = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(attempts[1]?.waitedMs).toBeGreaterThan(800);
  });
});

describe.each(FACES)('a client of the %s face that has waited', (face) => {
  const { wire } = NATIVE[face];

  it('gets its 200 early, then signs of life, then the answer', async () => {
    const { gateway } = await one(face, late(250, streams(...pieces(wire, ['Hel', 'lo']))));
    const response = await ask(gateway, face);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('x-switchyard-request-id')).toMatch(/^req_/);
    expect(response.headers.get('x-switchyard-flow')).toBe('chat');
    for (const unknown of ['served-by', 'attempts', 'degraded', 'degraded-reason']) {
      expect(response.headers.get(`x-switchyard-${unknown}`)).toBeNull();
    }
    const bytes = await response.text();
    expect(bytes).toMatch(ALIVE[face]);
    expect(clientText(bytes)).toBe('Hello');
    expect(endsCleanly(bytes)).toBe(true);
    expect(switchyards(bytes)).toMatchObject([
      { servedBy: { target: 'primary' }, attempts: 1, degraded: false },
    ]);
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record).toMatchObject({ outcome: 'primary', status: 200 });
  });

  it('is told inside its stream that nobody could answer', async () => {
    const { gateway } = await one(
      face,
      late(150, fails(401, { message: 'Bad key', code: 'invalid_api_key' })),
    );
    const response = await ask(gateway, face);
    expect(response.status).toBe(200);
    const bytes = await response.text();
    expect(streamError(bytes)).toContain('No provider could answer');
    expect(endsCleanly(bytes)).toBe(false);
    expect(switchyards(bytes)).toMatchObject([{ servedBy: null, attempts: 1 }]);
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record).toMatchObject({ outcome: 'failed', status: 200 });
  });

  it("is told inside its stream of the caller's own fault", async () => {
    const { gateway } = await one(
      face,
      late(150, fails(400, { message: 'temperature is too hot', code: null })),
    );
    const bytes = await (await ask(gateway, face)).text();
    expect(streamError(bytes)).toContain('temperature is too hot');
  });

  it('gets the graceful refusal inside its stream, as an error or as a message', async () => {
    const down = late(150, fails(500, { message: 'Down' }));
    const asError = await one(face, down);
    const refused = await ask(asError.gateway, face);
    expect(refused.status).toBe(200);
    const bytes = await refused.text();
    expect(streamError(bytes)).toBe('Try again in a moment.');
    expect(await asError.gateway.record(refused.headers.get('x-switchyard-request-id'))).toMatchObject({
      outcome: 'refused',
      status: 200,
    });
    const degraded = { as: 'message', message: 'We are busy.' } as const;
    const asMessage = await one(face, down, { ...POLICY, degraded });
    const answered = await (await ask(asMessage.gateway, face)).text();
    expect(clientText(answered)).toBe('We are busy.');
    expect(endsCleanly(answered)).toBe(true);
    expect(switchyards(answered)[0]).toMatchObject({ servedBy: null, degraded: true });
  });

  it('gets signs of life as well while a stream pauses', async () => {
    const does: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(wire.begin + wire.text('Hel'));
      await new Promise((resolve) => setTimeout(resolve, 300));
      response.end(wire.text('lo') + wire.end);
    };
    const { gateway } = await one(face, does);
    const response = await ask(gateway, face);
    expect(response.headers.get('x-switchyard-served-by')).toBe('p-primary/main/primary-model');
    const bytes = await response.text();
    expect(bytes.match(/: keep-alive|event: ping/g)?.length).toBeGreaterThanOrEqual(2);
    expect(clientText(bytes)).toBe('Hello');
    expect(endsCleanly(bytes)).toBe(true);
  });
});

describe('a client that did not have to wait', () => {
  it('gets no signs of life, and errors with their own status', async () => {
    const { gateway, upstreams } = await one('chat', streams(...pieces(NATIVE.chat.wire, ['Hello'])));
    const bytes = await (await ask(gateway, 'chat')).text();
    expect(bytes).not.toContain('keep-alive');
    upstreams.primary.behave(fails(500, { message: 'Down' }));
    expect((await ask(gateway, 'chat')).status).toBe(503);
  });

  it('gets none when its answer is not streamed, however long it takes', async () => {
    const { gateway } = await one('chat', late(200, fails(500, { message: 'Down' })));
    expect((await ask(gateway, 'chat', { stream: false })).status).toBe(503);
  });

  it('is the rule for 20 seconds', async () => {
    const { gateway } = await one(
      'chat',
      keepsSilent,
      {
        retry: { maxPerTarget: 0 },
        timeouts: { firstTokenSeconds: 0.4, totalSeconds: 5 },
      },
      { early: 20_000, earlyBuffered: 2_000, keepAlive: 10_000 },
    );
    expect((await ask(gateway, 'chat')).status).toBe(503);
  });
});

describe('a client that leaves while it waits', () => {
  it('frees its provider at once, and counts against nobody', async () => {
    const { gateway, upstreams } = await one('chat', keepsSilent);
    const called = upstreams.primary.nextCall();
    const leaves = new AbortController();
    const response = await ask(gateway, 'chat', {}, leaves.signal);
    leaves.abort();
    await (await called).aborted;
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record).toMatchObject({ outcome: 'aborted', attempts: [{ outcome: 'aborted', verdict: 'none' }] });
  });
});

describe('signs of life', () => {
  it('are no progress: a silent stream still ends at its idle limit', async () => {
    const { wire } = NATIVE.messages;
    const { gateway } = await one('messages', stalls(...pieces(wire, ['Hel'], false)), {
      retry: { maxPerTarget: 0 },
      midStream: 'error',
      timeouts: { firstTokenSeconds: 2, idleSeconds: 0.3, totalSeconds: 5 },
    });
    const bytes = await (await ask(gateway, 'messages')).text();
    expect(clientEvents(bytes).some(({ type }) => type === 'ping')).toBe(true);
    expect(streamError(bytes)).toContain('silent');
  });
});
