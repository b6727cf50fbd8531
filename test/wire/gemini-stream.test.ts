import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import { geminiDialect } from '#lib/wire/gemini/dialect.ts';
import { eventsOf, gemini, geminiUsage, textOf } from './cloud-support.ts';
import { decode, event, failureOf, kinds, relayedJson } from './support.ts';

const sse = (...pieces: object[]) => pieces.map((piece) => event(piece)).join('');
const read = (stream: string): CanonicalEvent[] => eventsOf(geminiDialect.events(), [Buffer.from(stream)]);
const START: CanonicalEvent = { type: 'message_start', id: 'resp-1', model: 'gemini-x' };

describe('a stream of Google', () => {
  it('gives its texts as one block, its usage, its stop and its end', () => {
    const stream = sse(
      gemini([{ text: 'Hel' }], undefined, geminiUsage(9, 1)),
      gemini([{ text: 'lo' }], 'STOP', geminiUsage(9, 2)),
    );
    expect(read(stream)).toEqual([
      START,
      { type: 'usage', usage: expect.objectContaining({ inputTokens: 9, outputTokens: 1 }) },
      { type: 'block_start', index: 0, block: { kind: 'text' } },
      { type: 'block_delta', index: 0, text: 'Hel' },
      { type: 'usage', usage: expect.objectContaining({ outputTokens: 2 }) },
      { type: 'block_delta', index: 0, text: 'lo' },
      { type: 'block_stop', index: 0 },
      { type: 'stop', reason: 'stop' },
      { type: 'end' },
    ]);
  });

  it('tells thoughts from text, and keeps signatures with their blocks', () => {
    const stream = sse(
      gemini([{ text: 'Hm', thought: true }]),
      gemini([{ text: 'Yes' }]),
      gemini([{ text: '', thoughtSignature: 'c2ln' }], 'STOP'),
    );
    expect(read(stream).slice(1, -2)).toEqual([
      { type: 'block_start', index: 0, block: { kind: 'thinking' } },
      { type: 'block_delta', index: 0, text: 'Hm' },
      { type: 'block_stop', index: 0 },
      { type: 'block_start', index: 1, block: { kind: 'text' } },
      { type: 'block_delta', index: 1, text: 'Yes' },
      { type: 'block_state', index: 1, state: 'c2ln' },
      { type: 'block_stop', index: 1 },
    ]);
  });

  it('counts thoughts as output and as reasoning, and tool prompts as input', () => {
    const stream = sse(
      gemini([{ text: 'x' }], 'STOP', {
        usageMetadata: {
          promptTokenCount: 10,
          toolUsePromptTokenCount: 5,
          cachedContentTokenCount: 4,
          candidatesTokenCount: 3,
          thoughtsTokenCount: 7,
        },
      }),
    );
    expect(read(stream).find(({ type }) => type === 'usage')).toEqual({
      type: 'usage',
      usage: { inputTokens: 15, cachedTokens: 4, outputTokens: 10, reasoningTokens: 7 },
    });
  });

  it('ends in tool calls although Google says STOP, each call with an id of its own', () => {
    const call = (city: string, more = {}) => ({
      functionCall: { name: 'weather', args: { city }, ...more },
    });
    const events = read(
      sse(gemini([call('Rome'), call('Oslo', { id: 'own' })]), gemini([{ text: '' }], 'STOP')),
    );
    expect(events.filter(({ type }) => type === 'block_start' || type === 'block_delta')).toEqual([
      { type: 'block_start', index: 0, block: { kind: 'tool_use', id: 'call_resp-1_0', name: 'weather' } },
      { type: 'block_delta', index: 0, text: '{"city":"Rome"}' },
      { type: 'block_start', index: 1, block: { kind: 'tool_use', id: 'own', name: 'weather' } },
      { type: 'block_delta', index: 1, text: '{"city":"Oslo"}' },
    ]);
    expect(events).toContainEqual({ type: 'stop', reason: 'tool_calls' });
  });

  it('joins the arguments that Vertex streams in pieces', () => {
    const piece = (functionCall: object, finish?: string) => gemini([{ functionCall }], finish);
    const partial = (jsonPath: string, value: object, more = {}) =>
      piece({ partialArgs: [{ jsonPath, ...value }], willContinue: true, ...more });
    const events = read(
      sse(
        piece({ name: 'cook', willContinue: true }),
        partial('$.recipe.items[0].name', { stringValue: 'no"', willContinue: true }),
        partial('$.recipe.items[0].name', { stringValue: 'odles' }),
        piece({ willContinue: true }),
        partial('$.recipe.items[1].name', { nullValue: 'NULL_VALUE' }),
        partial("$['for two']", { boolValue: true }),
        partial('$.grams', { numberValue: 0.5 }, { willContinue: false }),
        piece({ name: 'eat', willContinue: true }),
        gemini([{ text: '' }], 'STOP'),
      ),
    );
    const deltas = events.filter((item) => item.type === 'block_delta');
    expect(deltas.map(({ text }) => JSON.parse(text))).toEqual([
      { recipe: { items: [{ name: 'no"odles' }, { name: null }] }, 'for two': true, grams: 0.5 },
      {},
    ]);
    expect(events).toContainEqual({ type: 'stop', reason: 'tool_calls' });
  });

  it.each(['$.a[4000000000]', '$.__proto__.x[1]', 'a', '$..a', '$.a[1]'])(
    'fails rather than guess where a piece of arguments belongs: %s',
    (jsonPath) => {
      const piece = { functionCall: { name: 'f', partialArgs: [{ jsonPath, stringValue: 'x' }] } };
      const frames = decode('google', sse(gemini([piece], 'STOP')));
      expect(failureOf(frames).class).toBe('protocol_violation');
      expect(Object.getPrototypeOf({})).not.toHaveProperty('x');
    },
  );

  it.each([
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content_filter'],
    ['RECITATION', 'content_filter'],
    ['BLOCKLIST', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['SPII', 'content_filter'],
    ['LANGUAGE', 'content_filter'],
    ['IMAGE_SAFETY', 'content_filter'],
    ['A_NEW_REASON', 'stop'],
  ])('that ends in %s ends as %s', (reason, expected) => {
    expect(read(sse(gemini([{ text: 'x' }], reason)))).toContainEqual({ type: 'stop', reason: expected });
  });

  it.each([
    ['MALFORMED_FUNCTION_CALL', 'model_output_invalid'],
    ['UNEXPECTED_TOOL_CALL', 'model_output_invalid'],
    ['TOO_MANY_TOOL_CALLS', 'model_output_invalid'],
    ['OTHER', 'server_error'],
  ])('that ends in %s has failed, and what the model wrote is not repeated', (reason, cls) => {
    const piece = gemini([{ text: 'x' }]);
    const last = { candidates: [{ finishReason: reason, finishMessage: 'call: print(secret)' }] };
    const failure = failureOf(decode('google', sse(piece, last)));
    expect(failure).toMatchObject({ class: cls, code: reason });
    expect(failure.message).not.toContain('secret');
  });

  it('whose prompt is blocked fails before any content', () => {
    const blocked = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, responseId: 'r' };
    const frames = decode('google', sse(blocked));
    expect(failureOf(frames)).toMatchObject({ class: 'content_filtered', code: 'PROHIBITED_CONTENT' });
    expect(kinds(frames)).not.toContain('content');
  });

  it.each(['SAFETY', 'RECITATION', 'IMAGE_SAFETY'])(
    'that a filter stops before its first word has failed: %s',
    (reason) => {
      const last = { candidates: [{ content: {}, finishReason: reason }], responseId: 'r' };
      expect(failureOf(decode('google', sse(last)))).toMatchObject({
        class: 'content_filtered',
        code: reason,
      });
      expect(geminiDialect.readWhole(Buffer.from(JSON.stringify(last)))).toMatchObject({
        ok: false,
        failure: { class: 'content_filtered' },
      });
    },
  );

  it('whose prompt is blocked after content ends filtered', () => {
    const events = read(sse(gemini([{ text: 'So' }]), { promptFeedback: { blockReason: 'SAFETY' } }));
    expect(textOf(events)).toBe('So');
    expect(events).toContainEqual({ type: 'stop', reason: 'content_filter' });
  });

  it('reports an error in it, as an event or as bare JSON between events', () => {
    const error = { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } };
    const bare = `${JSON.stringify(error, null, 2)}\n`;
    for (const stream of [
      sse(error),
      bare,
      sse(gemini([{ text: 'x' }]), error),
      sse(gemini([{ text: 'x' }])) + bare,
    ]) {
      expect(failureOf(decode('google', stream))).toMatchObject({ class: 'overloaded', status: 503 });
    }
  });

  it('ignores what comes behind its end but the usage', () => {
    const stream = sse(gemini([{ text: 'A' }], 'STOP'), gemini([{ text: 'B' }], 'STOP', geminiUsage(1, 2)), {
      error: { code: 500, message: 'late', status: 'INTERNAL' },
    });
    const frames = decode('google', stream, { stream_options: { include_usage: true } });
    expect(kinds(frames)).not.toContain('error');
    expect(JSON.stringify(relayedJson(frames))).not.toContain('"B"');
    expect(relayedJson(frames).at(-1)).toMatchObject({ usage: { prompt_tokens: 1, completion_tokens: 2 } });
  });

  it('is read with any line ends and without the space behind "data:"', () => {
    const plain = sse(gemini([{ text: 'é🙂' }]), gemini([{ text: '!' }], 'STOP'));
    for (const end of ['\r\n', '\r']) {
      expect(read(plain.replaceAll('\n', end))).toEqual(read(plain));
    }
    expect(read(plain.replaceAll('data: ', 'data:'))).toEqual(read(plain));
  });

  it('is read from a JSON array where the wish for events was not heard', () => {
    const pieces = [gemini([{ text: 'a "quoted" { brace' }]), gemini([{ text: ' \\ end' }], 'STOP')];
    const events = read(sse(...pieces));
    const array = `\n ${JSON.stringify(pieces, null, 2)}\n`;
    expect(read(array)).toEqual(events);
    const singly = eventsOf(
      geminiDialect.events(),
      [...Buffer.from(array)].map((byte) => Uint8Array.of(byte)),
    );
    expect(singly).toEqual(events);
  });

  it.each([
    ['cut in a piece', sse(gemini([{ text: 'x' }])).slice(0, -20)],
    ['cut behind a piece', sse(gemini([{ text: 'x' }]))],
    ['cut within a call', sse(gemini([{ functionCall: { name: 'f', willContinue: true } }]))],
    ['of an array that is cut', JSON.stringify([gemini([{ text: 'x' }])]).slice(0, -1)],
    ['that is empty', ''],
  ])('%s never finishes', (_how, stream) => {
    expect(read(stream).some(({ type }) => type === 'stop' || type === 'end')).toBe(false);
    expect(failureOf(decode('google', stream)).class).toBe('protocol_violation');
  });

  it('that is a web page is none', () => {
    expect(failureOf(decode('google', '<html>Sign in</html>')).class).toBe('protocol_violation');
  });

  it('skips an event that is no JSON and says so', () => {
    const frames = decode('google', `data: {broken\n\n${sse(gemini([{ text: 'x' }], 'STOP'))}`);
    expect(kinds(frames)).toContain('malformed');
    expect(kinds(frames)).toContain('finish');
  });
});

describe('a whole answer of Google', () => {
  const whole = (json: unknown) => geminiDialect.readWhole(Buffer.from(JSON.stringify(json)));

  it('gives the events that its stream would have given', () => {
    const answer = gemini([{ text: 'Hi' }], 'STOP', geminiUsage(3, 1));
    expect(whole(answer)).toEqual({ ok: true, events: read(sse(answer)) });
    expect(whole([answer])).toEqual(whole(answer));
  });

  it.each([
    ['unfinished', gemini([{ text: 'Hi' }]), 'protocol_violation'],
    [
      'blocked',
      { promptFeedback: { blockReason: 'MODEL_ARMOR', blockReasonMessage: 'No.' } },
      'content_filtered',
    ],
    ['an error', { error: { code: 500, message: 'x', status: 'INTERNAL' } }, 'server_error'],
    ['unusable', gemini([], 'MALFORMED_FUNCTION_CALL'), 'model_output_invalid'],
    ['something else', { hello: 1 }, 'protocol_violation'],
  ])('that is %s has failed', (_what, json, cls) => {
    expect(whole(json)).toMatchObject({ ok: false, failure: { class: cls } });
  });
});
