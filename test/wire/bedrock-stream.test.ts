import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bedrockDialect } from '#lib/wire/bedrock/dialect.ts';
import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import type { Frame } from '#lib/wire/types.ts';
import {
  awsException,
  awsFrame,
  converse,
  converseStop,
  converseText,
  converseUsage,
  cut,
  eventsOf,
  textOf,
} from './cloud-support.ts';
import { decoder, failureOf, kinds, relayedJson } from './support.ts';

const source = () => bedrockDialect.events();
const read = (...frames: Buffer[]): CanonicalEvent[] => eventsOf(source(), [Buffer.concat(frames)]);
const frames = (...parts: Buffer[]): Frame[] => {
  const reader = decoder('bedrock', { stream_options: { include_usage: true } });
  return [...reader.push(Buffer.concat(parts)), ...reader.end()];
};

const start = converse('messageStart', { role: 'assistant' });
const stopBlock = (contentBlockIndex: number) => converse('contentBlockStop', { contentBlockIndex });
const startTool = (contentBlockIndex: number, toolUseId: string, name: string) =>
  converse('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId, name } } });
const toolInput = (contentBlockIndex: number, input: string) =>
  converse('contentBlockDelta', { contentBlockIndex, delta: { toolUse: { input } } });
const reasoning = (delta: object, contentBlockIndex = 0) =>
  converse('contentBlockDelta', { contentBlockIndex, delta: { reasoningContent: delta } });

const HELLO = [
  start,
  converseText('Hel'),
  converseText('lo é🙂'),
  stopBlock(0),
  converseStop('end_turn'),
  converseUsage(3, 2),
];

describe('a stream of Bedrock', () => {
  it('gives its text, its stop, its usage and its end', () => {
    expect(read(...HELLO)).toEqual([
      { type: 'message_start', id: '', model: '' },
      { type: 'block_start', index: 0, block: { kind: 'text' } },
      { type: 'block_delta', index: 0, text: 'Hel' },
      { type: 'block_delta', index: 0, text: 'lo é🙂' },
      { type: 'block_stop', index: 0 },
      { type: 'stop', reason: 'stop' },
      { type: 'usage', usage: expect.objectContaining({ inputTokens: 3, outputTokens: 2 }) },
      { type: 'end' },
    ]);
  });

  it('reaches the client with the target’s model and an id of its own each time', () => {
    const [first, second] = [frames(...HELLO), frames(...HELLO)].map((list) => relayedJson(list)[0]);
    expect(first).toMatchObject({ model: 'real-model', id: expect.stringMatching(/^msg_[0-9a-f]{32}$/) });
    expect(first).not.toEqual(second);
  });

  it('is read the same however its frames are cut, at every byte', () => {
    const stream = Buffer.concat(HELLO);
    const whole = eventsOf(source(), [stream]);
    expect(eventsOf(source(), cut(stream, Array(stream.length).fill(1)))).toEqual(whole);
    for (let at = 1; at < stream.length; at += 1) {
      expect(eventsOf(source(), [stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
    }
  });

  it('counts what was read from and written to the cache as input', () => {
    const usage = converseUsage(5, 2, { cacheReadInputTokens: 10, cacheWriteInputTokens: 20 });
    expect(read(...HELLO.slice(0, -1), usage)).toContainEqual({
      type: 'usage',
      usage: { inputTokens: 35, cachedTokens: 10, cacheWriteTokens: 20, outputTokens: 2 },
    });
  });

  it('tells reasoning, text and parallel tool calls apart', () => {
    const events = read(
      start,
      reasoning({ text: 'Hm' }),
      reasoning({ signature: 'c2ln' }),
      stopBlock(0),
      startTool(1, 'tooluse_1', 'weather'),
      toolInput(1, '{"city":'),
      startTool(2, 'tooluse_2', 'now'),
      toolInput(1, '"Rome"}'),
      stopBlock(1),
      stopBlock(2),
      converseStop('tool_use'),
    );
    expect(events.slice(1)).toEqual([
      { type: 'block_start', index: 0, block: { kind: 'thinking' } },
      { type: 'block_delta', index: 0, text: 'Hm' },
      { type: 'block_state', index: 0, state: 'c2ln' },
      { type: 'block_stop', index: 0 },
      { type: 'block_start', index: 1, block: { kind: 'tool_use', id: 'tooluse_1', name: 'weather' } },
      { type: 'block_delta', index: 1, text: '{"city":' },
      { type: 'block_start', index: 2, block: { kind: 'tool_use', id: 'tooluse_2', name: 'now' } },
      { type: 'block_delta', index: 1, text: '"Rome"}' },
      { type: 'block_stop', index: 1 },
      { type: 'block_stop', index: 2 },
      { type: 'stop', reason: 'tool_calls' },
      { type: 'end' },
    ]);
  });

  it('may put reasoning and text under one number', () => {
    const events = read(start, reasoning({ text: 'Hm' }), converseText('Yes'), converseStop('end_turn'));
    expect(textOf(events)).toBe('Yes');
    expect(events.filter(({ type }) => type === 'block_start')).toHaveLength(2);
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_use', 'tool_calls'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'content_filter'],
    ['content_filtered', 'content_filter'],
    ['a_new_reason', 'stop'],
  ])('that ends in %s ends as %s', (reason, expected) => {
    expect(read(start, converseText('x'), converseStop(reason))).toContainEqual({
      type: 'stop',
      reason: expected,
    });
  });

  it.each(['malformed_tool_use', 'malformed_model_output'])('that ends in %s has failed', (reason) => {
    expect(failureOf(frames(start, converseText('x'), converseStop(reason)))).toMatchObject({
      class: 'model_output_invalid',
      code: reason,
    });
  });

  it.each(['guardrail_intervened', 'content_filtered'])(
    'that a filter stops before its first word has failed: %s',
    (reason) => {
      expect(failureOf(frames(start, converseStop(reason), converseUsage(3, 0)))).toMatchObject({
        class: 'content_filtered',
        code: reason,
      });
    },
  );

  it('without content is judged when its usage is there', () => {
    expect(kinds(frames(start, converseStop('end_turn'), converseUsage(3, 40)))).toContain('finish');
    expect(failureOf(frames(start, converseStop('end_turn'), converseUsage(3, 0))).code).toBe('empty');
    expect(failureOf(frames(start, converseStop('end_turn'))).code).toBe('empty');
  });

  it.each([
    [
      'throttlingException',
      { message: 'Too many tokens, please wait before trying again.' },
      'rate_limited',
      429,
    ],
    ['throttlingException', { message: 'Too many tokens per day, please wait.' }, 'quota_exhausted', 429],
    [
      'modelStreamErrorException',
      { message: 'x', originalStatusCode: 500, originalMessage: 'y' },
      'server_error',
      424,
    ],
    [
      'modelStreamErrorException',
      { message: 'Model produced invalid sequence as part of ToolUse.' },
      'model_output_invalid',
      424,
    ],
    ['internalServerException', { message: 'x' }, 'server_error', 500],
    ['serviceUnavailableException', { message: 'x' }, 'overloaded', 503],
    ['modelTimeoutException', { message: 'x' }, 'timeout', 408],
    [
      'validationException',
      { message: 'Input is too long for requested model.' },
      'context_length_exceeded',
      400,
    ],
    ['validationException', { message: 'A field is wrong.' }, 'invalid_request', 400],
    ['somethingNewException', { message: 'x' }, 'server_error', 500],
  ])('reports %s %j as %s', (type, payload, cls, status) => {
    for (const before of [[], [start], [start, converseText('x')]]) {
      expect(failureOf(frames(...before, awsException(type, payload)))).toMatchObject({ class: cls, status });
    }
  });

  it('reports an error of the connection, whose words stand in headers', () => {
    const headers = { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Broken.' };
    expect(failureOf(frames(start, awsFrame(headers, '')))).toMatchObject({
      class: 'server_error',
      message: 'Broken.',
    });
  });

  it('ignores what comes behind its end but the usage', () => {
    const list = frames(
      ...HELLO,
      converseText('late'),
      awsException('internalServerException', { message: 'x' }),
    );
    expect(kinds(list)).not.toContain('error');
    expect(JSON.stringify(relayedJson(list))).not.toContain('late');
  });

  it('skips events of kinds that are not known and payloads that are no JSON', () => {
    const strange = awsFrame({ ':message-type': 'event', ':event-type': 'contentBlockDelta' }, '{broken');
    const list = frames(start, converse('somethingNew', {}), strange, ...HELLO.slice(1));
    expect(kinds(list)).toContain('malformed');
    expect(kinds(list)).toContain('finish');
  });

  it('fails on a piece of a tool call whose beginning never came', () => {
    expect(failureOf(frames(start, toolInput(0, '{}'), converseStop('tool_use'))).class).toBe(
      'protocol_violation',
    );
  });

  it('fails on any byte that has changed, and never gives what stands behind it', () => {
    const stream = Buffer.concat(HELLO);
    fc.assert(
      fc.property(fc.nat(stream.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const broken = Buffer.from(stream);
        broken[at] = (broken[at] ?? 0) ^ change;
        const events = eventsOf(source(), [broken]);
        expect('Hello é🙂'.startsWith(textOf(events))).toBe(true);
        expect(events.find(({ type }) => type === 'error')).toMatchObject({
          failure: { class: 'protocol_violation' },
        });
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['JSON', '{"message":"Not a stream."}'],
    ['a web page', '<html>Sign in</html>'],
    ['events of another kind', 'data: {"a":1}\n\n'],
  ])('that is %s is none', (_what, text) => {
    expect(failureOf(frames(Buffer.from(text))).class).toBe('protocol_violation');
  });

  it('whose frames promise more than AWS sends is given up at once', () => {
    const huge = Buffer.alloc(12);
    huge.writeUInt32BE(2 ** 31, 0);
    expect(eventsOf(source(), [huge])[0]).toMatchObject({ type: 'error' });
  });
});

interface Piece {
  wire: Buffer;
  says: string;
  ends?: true;
}

const pieces: Piece[] = [
  { wire: start, says: '' },
  { wire: converseText('é🙂'), says: 'é🙂' },
  { wire: converseText('two', 2), says: 'two' },
  { wire: reasoning({ text: 'Hm' }, 1), says: '' },
  { wire: startTool(3, 't', 'f'), says: '' },
  { wire: stopBlock(0), says: '' },
  { wire: converseStop('end_turn'), says: '', ends: true },
  { wire: converseStop('malformed_tool_use'), says: '', ends: true },
  { wire: converseUsage(1, 2), says: '' },
  { wire: awsException('throttlingException', { message: 'x' }), says: '', ends: true },
];

describe('any stream of Bedrock', () => {
  const lists = fc.array(fc.constantFrom(...pieces), { maxLength: 12 });
  const wire = (list: readonly Piece[]) => Buffer.concat(list.map((item) => item.wire));

  it('gives the client exactly the text that was sent before its one end, however it is cut', () => {
    fc.assert(
      fc.property(lists, fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (list, sizes) => {
        const reader = decoder('bedrock');
        const given = [...cut(wire(list), sizes).flatMap((part) => reader.push(part)), ...reader.end()];
        expect(given.filter(({ kind }) => kind === 'finish' || kind === 'error')).toHaveLength(1);
        const end = list.findIndex(({ ends }) => ends === true);
        const before = end === -1 ? list : list.slice(0, end);
        const said = relayedJson(given).map((json) => Object(json).choices[0]?.delta?.content ?? '');
        expect(said.join('')).toBe(before.map(({ says }) => says).join(''));
      }),
      { numRuns: 300 },
    );
  });

  it('that is cut short never finishes', () => {
    const whole = Buffer.concat(HELLO.slice(0, -1));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        const events = eventsOf(source(), [whole.subarray(0, length)]);
        expect(events.some(({ type }) => type === 'stop' || type === 'end')).toBe(false);
        expect('Hello é🙂'.startsWith(textOf(events))).toBe(true);
      }),
    );
  });

  it('of random bytes neither crashes nor finishes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 })), (parts) => {
        const events = eventsOf(source(), parts);
        expect(events.some(({ type }) => type === 'stop' || type === 'end')).toBe(false);
      }),
    );
  });

  it('with random values in known places neither crashes nor loses its one end', () => {
    const types = fc.constantFrom(
      'messageStart',
      'contentBlockStart',
      'contentBlockDelta',
      'contentBlockStop',
      'metadata',
    );
    const payload = fc.record(
      {
        contentBlockIndex: fc.jsonValue(),
        start: fc.jsonValue(),
        delta: fc.jsonValue(),
        usage: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(types, payload)), (list) => {
        const given = frames(...list.map(([type, value]) => converse(type, value)));
        expect(given.filter(({ kind }) => kind === 'finish')).toHaveLength(0);
        expect(given.filter(({ kind }) => kind === 'error')).toHaveLength(1);
      }),
    );
  });
});

describe('a whole answer of Bedrock', () => {
  const whole = (json: unknown) => bedrockDialect.readWhole(Buffer.from(JSON.stringify(json)));
  const answer = (content: object[], stopReason: string) => ({
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
    metrics: { latencyMs: 1 },
  });

  it('gives its reasoning, texts and calls, its usage, its stop and its end', () => {
    const read = whole(
      answer(
        [
          { reasoningContent: { reasoningText: { text: 'Hm', signature: 'c2ln' } } },
          { text: 'Yes' },
          { toolUse: { toolUseId: 't', name: 'f', input: { a: 1 } } },
          { image: { format: 'png' } },
        ],
        'tool_use',
      ),
    );
    expect(read.ok && read.events.slice(1)).toEqual([
      { type: 'block_start', index: 0, block: { kind: 'thinking' } },
      { type: 'block_delta', index: 0, text: 'Hm' },
      { type: 'block_state', index: 0, state: 'c2ln' },
      { type: 'block_stop', index: 0 },
      { type: 'block_start', index: 1, block: { kind: 'text' } },
      { type: 'block_delta', index: 1, text: 'Yes' },
      { type: 'block_stop', index: 1 },
      { type: 'block_start', index: 2, block: { kind: 'tool_use', id: 't', name: 'f' } },
      { type: 'block_delta', index: 2, text: '{"a":1}' },
      { type: 'block_stop', index: 2 },
      { type: 'block_start', index: 3, block: { kind: 'opaque' } },
      { type: 'block_stop', index: 3 },
      { type: 'usage', usage: expect.objectContaining({ inputTokens: 3, outputTokens: 2 }) },
      { type: 'stop', reason: 'tool_calls' },
      { type: 'end' },
    ]);
  });

  it.each([
    ['unusable', answer([], 'malformed_tool_use'), 'model_output_invalid'],
    ['blocked', answer([], 'content_filtered'), 'content_filtered'],
    ['unfinished', { output: { message: { content: [] } } }, 'protocol_violation'],
    ['something else', { hello: 1 }, 'protocol_violation'],
  ])('that is %s has failed', (_what, json, cls) => {
    expect(whole(json)).toMatchObject({ ok: false, failure: { class: cls } });
  });
});
