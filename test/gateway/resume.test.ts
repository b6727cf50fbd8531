import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import type { RequestRecord } from '#lib/contract/records.ts';
import type { ChatFace } from '#lib/wire/types.ts';
import {
  clientEvents,
  clientText,
  endsCleanly,
  streamError,
  switchyards,
} from '#test/support/client-stream.ts';
import {
  type Behaviour,
  cuts,
  fails,
  keepsSilent,
  resets,
  stalls,
  streams,
} from '#test/support/fake-upstream.ts';
import { ask, FACES, FOREIGN, NATIVE, pieces, type Upstream, type World, world } from './stream-support.ts';

const open: World[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const POLICY: PolicyInput = {
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 1, idleSeconds: 0.25, totalSeconds: 5 },
};
const BEGUN = ['The quick ', 'brown'];
const WHOLE = ['The qu', 'ick brown f', 'ox.'];
const TEXT = WHOLE.join('');

interface Told {
  response: Response;
  bytes: string;
  record: RequestRecord;
}

/** `first` serves; `second` is there to go on. */
async function setUp(first: Upstream, second: Upstream, policy: PolicyInput = {}) {
  const made = await world({ first, second }, { ...POLICY, ...policy });
  open.push(made);
  const read = async (face: ChatFace, more: object = {}): Promise<Told> => {
    const response = await ask(made.gateway, face, more);
    const bytes = await response.text();
    const record = await made.gateway.record(response.headers.get('x-switchyard-request-id'));
    return { response, bytes, record };
  };
  return { ...made, read };
}

/** A provider of the face's own dialect, or of another one. */
function native(
  face: ChatFace,
  does: (wire: (typeof NATIVE)['chat']['wire']) => Behaviour,
  more = {},
): Upstream {
  return { kind: NATIVE[face].kind, does: does(NATIVE[face].wire), ...more };
}

function foreign(
  face: ChatFace,
  does: (wire: (typeof NATIVE)['chat']['wire']) => Behaviour,
  more = {},
): Upstream {
  return { kind: FOREIGN[face].kind, does: does(FOREIGN[face].wire), ...more };
}

/** The answer broke off, and its client was told why, without a word that was not sent. */
function expectBroken({ bytes, record }: Told, text: string, why: RegExp): void {
  expect(clientText(bytes)).toBe(text);
  expect(streamError(bytes)).toMatch(why);
  expect(endsCleanly(bytes)).toBe(false);
  expect(record).toMatchObject({ outcome: 'broken_stream', status: 200, servedBy: { target: 'first' } });
}

describe.each(FACES)('a stream on the %s face that breaks off', (face) => {
  it.each([
    ['of its own dialect', native, native],
    ['of another dialect', native, foreign],
    ['of another dialect than the first one, too', foreign, native],
  ] as const)('goes on at a target %s, with each character once', async (_case, from, to) => {
    const { read, upstreams } = await setUp(
      from(face, (wire) => cuts(...pieces(wire, BEGUN, false))),
      to(face, (wire) => streams(...pieces(wire, WHOLE))),
    );
    const { response, bytes, record } = await read(face);
    expect(response.headers.get('x-switchyard-served-by')).toContain('p-first/');
    expect(clientText(bytes)).toBe(TEXT);
    expect(endsCleanly(bytes)).toBe(true);
    expect(streamError(bytes)).toBeNull();
    expect(upstreams.second.calls).toHaveLength(1);
    expect(record).toMatchObject({
      outcome: 'backup',
      status: 200,
      degraded: true,
      servedBy: { target: 'second' },
      attempts: [
        { target: 'first', verdict: 'failure', resume: null },
        { target: 'second', outcome: 'ok', resume: 'restart' },
      ],
    });
  });

  it('says who served on its first data chunk, and who ended it on its last', async () => {
    const { read } = await setUp(
      native(face, (wire) => cuts(...pieces(wire, BEGUN, false))),
      native(face, (wire) => streams(...pieces(wire, WHOLE))),
      { badge: { on: true, text: 'Answered by backup model' } },
    );
    const { bytes } = await read(face, face === 'chat' ? { stream_options: { include_usage: true } } : {});
    const data = clientEvents(bytes);
    expect(switchyards(bytes)).toHaveLength(2);
    expect(data[0]?.switchyard).toMatchObject({
      servedBy: { target: 'first' },
      attempts: 1,
      degraded: false,
    });
    expect(data.at(-1)?.switchyard).toMatchObject({
      servedBy: { target: 'second' },
      attempts: 2,
      degraded: true,
      badge: 'Answered by backup model',
    });
  });

  it('goes on after a stall as well', async () => {
    const { read, upstreams } = await setUp(
      native(face, (wire) => stalls(...pieces(wire, BEGUN, false))),
      native(face, (wire) => streams(...pieces(wire, WHOLE))),
    );
    const { bytes, record } = await read(face);
    expect(clientText(bytes)).toBe(TEXT);
    expect(record.attempts[0]).toMatchObject({ outcome: 'timeout' });
    await upstreams.first.calls[0]?.aborted;
  });

  it('is never spliced with an answer that begins otherwise', async () => {
    const { read } = await setUp(
      native(face, (wire) => cuts(...pieces(wire, BEGUN, false))),
      native(face, (wire) => streams(...pieces(wire, ['The quick red fox.']))),
    );
    const told = await read(face);
    expectBroken(told, 'The quick brown', /broke off/);
    expect(told.record.attempts[1]).toMatchObject({ target: 'second', verdict: 'none' });
    expect(switchyards(told.bytes).at(-1)).toMatchObject({ servedBy: { target: 'first' }, attempts: 2 });
  });

  it('ends in an error at once when a tool call was under way', async () => {
    const { read, upstreams } = await setUp(
      native(face, (wire) => cuts(...pieces(wire, BEGUN, false), wire.tool)),
      native(face, (wire) => streams(...pieces(wire, WHOLE))),
    );
    const told = await read(face);
    expectBroken(told, 'The quick brown', /broke off/);
    expect(upstreams.second.calls).toHaveLength(0);
    expect(told.record.denials).toMatchObject([{ target: 'first', what: 'resume', reason: 'uncertain' }]);
  });

  it('ends in an error when the flow wants that', async () => {
    const { read, upstreams } = await setUp(
      native(face, (wire) => cuts(...pieces(wire, BEGUN, false))),
      native(face, (wire) => streams(...pieces(wire, WHOLE))),
      { midStream: 'error' },
    );
    expectBroken(await read(face), 'The quick brown', /broke off/);
    expect(upstreams.second.calls).toHaveLength(0);
  });

  it.each([
    ['is down', () => fails(500, { message: 'SECOND IS DOWN' })],
    ['resets', () => resets],
    ['refuses the credential', () => fails(401, { message: 'SECOND BAD KEY' })],
    ['never answers', () => keepsSilent],
  ] as const)('ends in the error of its own when the one that is to go on %s', async (_case, does) => {
    const { read } = await setUp(
      native(face, (wire) => stalls(...pieces(wire, BEGUN, false))),
      native(face, does),
    );
    const told = await read(face);
    expectBroken(told, 'The quick brown', /fell silent/);
    expect(told.bytes).not.toContain('SECOND');
    expect(told.record.attempts).toHaveLength(2);
  });

  it('is tried once: a continuation that breaks off as well is the end', async () => {
    const { read, upstreams } = await setUp(
      native(face, (wire) => cuts(...pieces(wire, BEGUN, false))),
      native(face, (wire) => cuts(...pieces(wire, ['The quick brown fox'], false))),
    );
    const { bytes, record } = await read(face);
    expect(clientText(bytes)).toBe('The quick brown fox');
    expect(streamError(bytes)).toMatch(/broke off/);
    expect(record).toMatchObject({
      outcome: 'broken_stream',
      attempts: [{ verdict: 'failure' }, { verdict: 'failure' }],
      denials: [{ target: 'second', what: 'resume', reason: 'policy' }],
    });
    expect(upstreams.second.calls).toHaveLength(1);
  });
});

describe('how far a text may be asked for again', () => {
  const long = ['x'.repeat(700), 'y'.repeat(301)];
  const answers = (from: readonly string[], family: string | undefined) =>
    setUp(
      native('chat', (wire) => cuts(...pieces(wire, from, false)), { family: 'same' }),
      native('chat', (wire) => streams(...pieces(wire, [...from, ' end.'])), { family }),
    );

  it('is 1,000 characters at a backup model', async () => {
    const over = await answers(long, 'other');
    expectBroken(await over.read('chat'), long.join(''), /broke off/);
    expect(over.upstreams.second.calls).toHaveLength(0);
    const exact = [long[0] ?? '', 'y'.repeat(300)];
    const at = await answers(exact, 'other');
    expect(clientText((await at.read('chat')).bytes)).toBe(`${exact.join('')} end.`);
  });

  it('has no such limit at an alternate, which serves it undegraded', async () => {
    const { read } = await answers(long, 'same');
    const { bytes, record } = await read('chat');
    expect(clientText(bytes)).toBe(`${long.join('')} end.`);
    expect(record).toMatchObject({ outcome: 'alternate', degraded: false });
    expect(switchyards(bytes).at(-1)).toMatchObject({ degraded: false, servedBy: { target: 'second' } });
  });
});

describe('a target that declares prefill', () => {
  const CAPABLE = { capabilities: ['prefill', 'json-schema'] } satisfies Partial<Upstream>;
  const long = 'x'.repeat(2_000);

  it.each(FACES)('goes on with the text that the client of the %s face has, however long', async (face) => {
    const { wire, kind } = NATIVE.messages;
    const { read, upstreams } = await setUp(
      native(face, (own) => cuts(...pieces(own, [long, ' and'], false))),
      { kind, does: streams(...pieces(wire, [' so', ' on.'])), ...CAPABLE },
    );
    const { bytes, record } = await read(face);
    expect(clientText(bytes)).toBe(`${long} and so on.`);
    expect(endsCleanly(bytes)).toBe(true);
    const { messages } = JSON.parse(upstreams.second.calls[0]?.body ?? '');
    expect(messages.at(-1).role).toBe('assistant');
    expect(JSON.stringify(messages.at(-1).content)).toContain(`${long} and"`);
    expect(record.attempts[1]).toMatchObject({ resume: 'prefill', outcome: 'ok' });
  });

  it('that rejects it leaves the real error', async () => {
    const { read } = await setUp(
      native('messages', (wire) => stalls(...pieces(wire, BEGUN, false))),
      native(
        'messages',
        () => fails(400, { message: 'This model does not support assistant message prefill.' }),
        CAPABLE,
      ),
    );
    const told = await read('messages');
    expectBroken(told, 'The quick brown', /fell silent/);
    expect(told.bytes).not.toContain('prefill');
  });

  it('is asked for the whole again where the flow does not want prefill, or the request speaks against it', async () => {
    const again = native('chat', (wire) => streams(...pieces(wire, WHOLE)), CAPABLE);
    const first = native('chat', (wire) => cuts(...pieces(wire, BEGUN, false)));
    const unwanted = await setUp(first, again, { prefill: false });
    expect((await unwanted.read('chat')).record.attempts[1]?.resume).toBe('restart');
    const schema = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } };
    const strict = await setUp(first, again);
    expect((await strict.read('chat', { response_format: schema })).record.attempts[1]?.resume).toBe(
      'restart',
    );
  });
});

describe('what is never continued', () => {
  it.each([
    ['several choices', { n: 2 }],
    ['probabilities of tokens', { logprobs: true }],
  ])('is an answer with %s', async (_case, more) => {
    const { read, upstreams } = await setUp(
      native('chat', (wire) => cuts(...pieces(wire, BEGUN, false))),
      native('chat', (wire) => streams(...pieces(wire, WHOLE))),
    );
    expectBroken(await read('chat', more), 'The quick brown', /broke off/);
    expect(upstreams.second.calls).toHaveLength(0);
  });

  it("is one that was refused in mid-stream: the caller's own affair", async () => {
    const { read, upstreams } = await setUp(
      native('chat', (wire) =>
        streams(
          ...pieces(wire, BEGUN, false),
          `data: ${JSON.stringify({ error: { message: 'Filtered', code: 'content_filter', type: 'invalid_request_error' } })}\n\n`,
        ),
      ),
      native('chat', (wire) => streams(...pieces(wire, WHOLE))),
    );
    expectBroken(await read('chat'), 'The quick brown', /Filtered/);
    expect(upstreams.second.calls).toHaveLength(0);
  });

  it('is one whose request has no attempt or no time left', async () => {
    const attempts = await setUp(
      native('chat', (wire) => cuts(...pieces(wire, BEGUN, false))),
      native('chat', (wire) => streams(...pieces(wire, WHOLE))),
      { retry: { maxPerTarget: 0, maxAttempts: 1 } },
    );
    expectBroken(await attempts.read('chat'), 'The quick brown', /broke off/);
    expect(attempts.upstreams.second.calls).toHaveLength(0);
    const time = await setUp(
      native('chat', (wire) => stalls(...pieces(wire, BEGUN, false))),
      native('chat', (wire) => streams(...pieces(wire, WHOLE))),
      { timeouts: { firstTokenSeconds: 0.5, idleSeconds: 5, totalSeconds: 0.6 } },
    );
    expectBroken(await time.read('chat'), 'The quick brown', /time limit/);
    expect(time.upstreams.second.calls).toHaveLength(0);
  });

  it('is one that the mode keeps from the only other target', async () => {
    const { read, upstreams } = await setUp(
      native('chat', (wire) => cuts(...pieces(wire, BEGUN, false))),
      native('chat', (wire) => streams(...pieces(wire, WHOLE))),
      { mode: 'quality' },
    );
    expectBroken(await read('chat'), 'The quick brown', /broke off/);
    expect(upstreams.second.calls).toHaveLength(0);
  });
});

describe('while a continuation is under way', () => {
  it('the client gets signs of life', async () => {
    const slow: Behaviour = async (call) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await streams(...pieces(NATIVE.chat.wire, WHOLE))(call);
    };
    const made = await world(
      { first: native('chat', (wire) => cuts(...pieces(wire, BEGUN, false))), second: { does: slow } },
      POLICY,
      { early: 50, keepAlive: 50 },
    );
    open.push(made);
    const bytes = await (await ask(made.gateway, 'chat')).text();
    expect(bytes).toContain(': keep-alive\n\n');
    expect(clientText(bytes)).toBe(TEXT);
  });

  it('the time of a text that is repeated is not held against its first token', async () => {
    const { wire } = NATIVE.chat;
    const slow: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of ['The ', 'quick ', 'bro', 'wn', ' fox.']) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        response.write(wire.text(piece));
      }
      response.end(wire.end);
    };
    const { read } = await setUp(
      native('chat', (own) => cuts(...pieces(own, BEGUN, false))),
      { does: slow },
      { timeouts: { firstTokenSeconds: 0.4, idleSeconds: 0.3, totalSeconds: 5 } },
    );
    expect(clientText((await read('chat')).bytes)).toBe(TEXT);
  });

  it('a client that leaves aborts it at once, and counts against nobody', async () => {
    const { gateway, upstreams } = await setUp(
      native('chat', (wire) => cuts(...pieces(wire, BEGUN, false))),
      { does: keepsSilent },
    );
    const leaves = new AbortController();
    const asked = upstreams.second.nextCall();
    const response = await ask(gateway, 'chat', {}, leaves.signal);
    const call = await asked;
    leaves.abort();
    await call.aborted;
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record).toMatchObject({
      outcome: 'aborted',
      attempts: [{ target: 'first' }, { target: 'second', outcome: 'aborted', verdict: 'none' }],
    });
  });
});
