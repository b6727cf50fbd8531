import { describe, expect, it } from 'vitest';
import { decode, decoder, failureOf, kinds, named, relayed, relayedJson } from './support.ts';

const start = named({
  type: 'message_start',
  message: {
    id: 'msg_1',
    model: 'claude-x',
    usage: { input_tokens: 10, cache_read_input_tokens: 4, output_tokens: 1 },
  },
});
const block = (content: object, index = 0): string =>
  named({ type: 'content_block_start', index, content_block: content });
const delta = (value: object, index = 0): string =>
  named({ type: 'content_block_delta', index, delta: value });
const stopBlock = (index = 0): string => named({ type: 'content_block_stop', index });
const finish = (reason: string, tokens = 5): string =>
  named({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: tokens } });
const stop = named({ type: 'message_stop' });
const text = block({ type: 'text', text: '' }) + delta({ type: 'text_delta', text: 'Hi' });

describe("Anthropic's stream", () => {
  it('reaches the client as OpenAI chunks', () => {
    const frames = decode('anthropic', start + text + stopBlock() + finish('end_turn') + stop);
    expect(kinds(frames)).toBe('opening content finish trailer');
    const head = { id: 'msg_1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'claude-x' };
    const choice = (value: object, reason: string | null = null): object => ({
      ...head,
      choices: [{ index: 0, delta: value, logprobs: null, finish_reason: reason }],
    });
    expect(relayedJson(frames)).toEqual([
      choice({ role: 'assistant', content: '', refusal: null }),
      choice({ content: 'Hi' }),
      choice({}, 'stop'),
    ]);
    expect(relayed(frames)).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('ends with usage when the client asked for it', () => {
    const frames = decode('anthropic', start + text + finish('max_tokens') + stop, {
      stream_options: { include_usage: true },
    });
    expect(kinds(frames)).toBe('opening content finish trailer trailer');
    expect(relayedJson(frames).at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 14, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 4 } },
    });
    expect(relayedJson(frames).at(-2)).toMatchObject({ usage: null, choices: [{ finish_reason: 'length' }] });
  });

  it('tells usage as it grows, and the model', () => {
    const reader = decoder('anthropic');
    expect([reader.usage(), reader.model()]).toEqual([null, null]);
    reader.push(Buffer.from(start));
    expect([reader.usage(), reader.model()]).toEqual([{ inputTokens: 14, outputTokens: 1 }, 'claude-x']);
    reader.push(Buffer.from(text + finish('end_turn', 7)));
    expect(reader.usage()).toEqual({ inputTokens: 14, outputTokens: 7 });
  });

  it('brings thinking as reasoning and leaves signatures out', () => {
    const stream =
      block({ type: 'thinking', thinking: '' }) +
      delta({ type: 'thinking_delta', thinking: 'Hm' }) +
      delta({ type: 'signature_delta', signature: 'abc' });
    const frames = decode('anthropic', start + stream + stopBlock() + text + finish('end_turn') + stop);
    expect(kinds(frames)).toBe('opening content alive content finish trailer');
    expect(frames[1]).toMatchObject({ reasoning: true });
    expect(relayedJson(frames)[1]).toMatchObject({ choices: [{ delta: { reasoning_content: 'Hm' } }] });
    expect(relayed(frames)).not.toContain('abc');
  });

  it('brings tool calls numbered from 0, whatever their blocks are numbered', () => {
    const tool = (id: string, index: number): string =>
      block({ type: 'tool_use', id, name: 'look', input: {} }, index);
    const json = (value: string, index: number): string =>
      delta({ type: 'input_json_delta', partial_json: value }, index);
    const stream =
      text +
      tool('t1', 1) +
      json('', 1) +
      json('{"a":', 1) +
      json('1}', 1) +
      stopBlock(1) +
      tool('t2', 2) +
      stopBlock(2);
    const frames = decode('anthropic', start + stream + finish('tool_use') + stop);
    const calls = relayedJson(frames).flatMap(
      (chunk) => JSON.parse(JSON.stringify(chunk)).choices[0].delta.tool_calls ?? [],
    );
    expect(calls).toEqual([
      { index: 0, id: 't1', type: 'function', function: { name: 'look', arguments: '' } },
      { index: 0, function: { arguments: '{"a":' } },
      { index: 0, function: { arguments: '1}' } },
      { index: 1, id: 't2', type: 'function', function: { name: 'look', arguments: '' } },
      { index: 1, function: { arguments: '{}' } },
    ]);
    expect(relayedJson(frames).at(-1)).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
  });

  it('keeps what a block already holds when it opens', () => {
    const tool = { type: 'tool_use', id: 't', name: 'look', input: { a: 1 } };
    const stream = block({ type: 'text', text: 'Hi' }) + block(tool, 1) + stopBlock(1);
    const out = relayed(decode('anthropic', start + stream + finish('tool_use') + stop));
    expect(out).toContain('{"content":"Hi"}');
    expect(out).toContain('{"arguments":"{\\"a\\":1}"}');
    expect(out).not.toContain('{"arguments":"{}"}');
  });

  it('goes on past pings, unknown events and unknown blocks', () => {
    const odd =
      named({ type: 'ping' }) +
      named({ type: 'brand_new' }) +
      block({ type: 'server_tool_use', id: 's', name: 'web', input: {} }, 3) +
      delta({ type: 'input_json_delta', partial_json: '{"q":1}' }, 3) +
      delta({ type: 'citations_delta', citation: {} });
    const frames = decode('anthropic', `${start + odd + text}data: {oops\n\n${finish('end_turn')}${stop}`);
    expect(kinds(frames)).toBe('opening alive alive alive alive content malformed finish trailer');
  });

  it('brings the words with which the vendor explains that the model declined', () => {
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'This could enable harm.' };
    const declined = named({
      type: 'message_delta',
      delta: { stop_reason: 'refusal', stop_details },
      usage: { output_tokens: 3 },
    });
    const chunks = relayedJson(decode('anthropic', start + text + stopBlock() + declined + stop));
    expect(chunks.slice(-2)).toMatchObject([
      { choices: [{ delta: { refusal: 'This could enable harm.' } }] },
      { choices: [{ finish_reason: 'content_filter' }] },
    ]);
    const silent = decode('anthropic', start + text + finish('refusal') + stop);
    expect(relayed(silent).replace('"refusal":null', '')).not.toContain('"refusal"');
  });

  it('is finished by its stop reason alone', () => {
    expect(kinds(decode('anthropic', start + text + finish('end_turn')))).toBe(
      'opening content finish trailer',
    );
  });

  it('is a violation when it ends before that', () => {
    expect(failureOf(decode('anthropic', start + text)).code).toBe('truncated');
    expect(failureOf(decode('anthropic', start + text + stop)).code).toBe('truncated');
    expect(failureOf(decode('anthropic', '<html>')).class).toBe('protocol_violation');
    expect(failureOf(decode('anthropic', start + finish('end_turn', 0) + stop)).code).toBe('empty');
  });

  it.each([
    ['overloaded_error', 'overloaded'],
    ['rate_limit_error', 'rate_limited'],
    ['api_error', 'server_error'],
    ['authentication_error', 'auth'],
  ])('reports %s as %s, before or after the first token', (type, cls) => {
    const error = named({ type: 'error', error: { type, message: 'No' } });
    for (const before of ['', start, start + text]) {
      const frames = decode('anthropic', before + error + stop);
      expect(frames.at(-1)).toMatchObject({ kind: 'error', failure: { class: cls, message: 'No' } });
    }
  });

  it('ignores an error behind its end', () => {
    const late = named({ type: 'error', error: { type: 'api_error', message: 'x' } });
    expect(kinds(decode('anthropic', start + text + finish('end_turn') + late + stop))).toBe(
      'opening content finish alive trailer',
    );
  });
});
