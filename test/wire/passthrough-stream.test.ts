import { describe, expect, it } from 'vitest';
import { chunk, DONE, decode, decoder, event, failureOf, kinds, relayed } from './support.ts';

const role = chunk({ role: 'assistant', content: '', refusal: null });
const text = chunk({ content: 'Hi' });
const stop = chunk({}, 'stop');
const usage = event({ id: 'c1', model: 'm', choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } });

describe('a stream that is passed through', () => {
  it('reaches the client byte for byte', () => {
    const stream = role + text + stop + usage + DONE;
    const frames = decode('openai', stream);
    expect(kinds(frames)).toBe('opening content finish trailer trailer');
    expect(relayed(frames)).toBe(stream);
  });

  it('tells usage and the model that answered', () => {
    const reader = decoder('openai');
    reader.push(Buffer.from(role + text));
    expect([reader.usage(), reader.model()]).toEqual([null, 'real-model-0613']);
    reader.push(Buffer.from(stop + usage));
    expect(reader.usage()).toEqual({ inputTokens: 5, outputTokens: 2 });
  });

  it("reads Groq's usage", () => {
    const reader = decoder('openai-compatible');
    reader.push(
      Buffer.from(
        text + chunk({}, 'stop', { x_groq: { usage: { prompt_tokens: 1, completion_tokens: 4 } } }),
      ),
    );
    expect(reader.usage()).toEqual({ inputTokens: 1, outputTokens: 4 });
  });

  it("holds back openings: roles, empty deltas, Azure's filter results", () => {
    const azure = event({ id: '', model: '', choices: [], prompt_filter_results: [{}] });
    const reader = decoder('azure-openai');
    expect(
      kinds(reader.push(Buffer.from(azure + role + chunk({ content: '' }) + chunk({ content: null })))),
    ).toBe('opening opening opening opening');
    expect(kinds(reader.push(Buffer.from(text)))).toBe('content');
    expect(reader.model()).toBe('real-model-0613');
  });

  it.each([
    ['text', { content: 'a' }, false],
    ['a part list', { content: [{ type: 'text', text: 'a' }] }, false],
    ['a refusal', { refusal: 'No.' }, false],
    ['a tool call', { tool_calls: [{ index: 1, function: { arguments: '' } }] }, false],
    ['a function call', { function_call: { name: 'f' } }, false],
    ['audio', { audio: { data: 'AA' } }, false],
    ['reasoning_content', { content: null, reasoning_content: 'Hm' }, true],
    ['reasoning', { reasoning: 'Hm' }, true],
  ])('commits on %s', (_what, delta, reasoning) => {
    const [frame] = decode('openai-compatible', chunk(delta) + stop);
    expect(frame).toMatchObject({ kind: 'content', reasoning });
  });

  it('commits before it finishes when one chunk holds both', () => {
    const both = chunk({ content: 'All of it' }, 'stop');
    const frames = decode('openai-compatible', both + DONE);
    expect(kinds(frames)).toBe('content finish trailer');
    expect(relayed(frames)).toBe(both + DONE);
  });

  it('finishes when every choice has, in whatever order they come', () => {
    const other = (delta: object, finish: string | null = null): string => chunk(delta, finish, {}, 1);
    const stream = text + stop + other({ content: 'B' }) + other({}, 'length') + DONE;
    expect(kinds(decode('openai', stream, { n: 2 }))).toBe('content opening content finish trailer');
    expect(kinds(decode('openai', text + other({ content: 'B' }) + other({}, 'stop') + stop + DONE))).toBe(
      'content content opening finish trailer',
    );
    expect(failureOf(decode('openai', text + other({ content: 'B' }) + stop)).code).toBe('truncated');
  });

  it('finishes with fewer choices than asked for when the vendor says it is done', () => {
    expect(kinds(decode('openai', text + stop + DONE, { n: 2 }))).toBe('content opening finish trailer');
  });

  it('needs no [DONE], but a finish_reason', () => {
    expect(kinds(decode('openai', text + stop))).toBe('content finish');
    expect(failureOf(decode('openai', text))).toMatchObject({
      class: 'protocol_violation',
      code: 'truncated',
    });
    const undone = decode('openai', text + DONE);
    expect(kinds(undone)).toBe('content error');
    expect(relayed(undone)).not.toContain('[DONE]');
  });

  it('is a violation when nothing came at all', () => {
    expect(failureOf(decode('openai', '')).class).toBe('protocol_violation');
  });

  it('counts comments as life and leaves out what is not JSON', () => {
    expect(kinds(decode('openai', `: OPENROUTER PROCESSING\n\n${text}data: {"id": brok\n\n\n${stop}`))).toBe(
      'alive content malformed alive finish',
    );
  });

  it('keeps a last event whole that came without its blank line', () => {
    const frames = decode('openai', `${text + stop}data: [DONE]`);
    expect(relayed(frames)).toBe(text + stop + DONE);
  });
});

describe('an answer without content', () => {
  it('is a failure when it stops normally and no token was spent', () => {
    expect(failureOf(decode('openai', role + stop + DONE))).toMatchObject({
      class: 'protocol_violation',
      code: 'empty',
    });
    const zero = event({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 0 } });
    expect(failureOf(decode('openai', role + stop + zero + DONE)).code).toBe('empty');
    expect(failureOf(decode('openai', role + stop)).code).toBe('empty');
  });

  it('passes when tokens were spent, or when it ended for another reason', () => {
    expect(kinds(decode('openai', role + stop + usage + DONE))).toBe('opening finish trailer trailer');
    expect(kinds(decode('openai', role + chunk({}, 'length') + DONE))).toBe('opening finish trailer');
    expect(kinds(decode('openai', role + chunk({}, 'content_filter') + DONE))).toBe('opening finish trailer');
  });
});

describe('an error inside the stream', () => {
  const overloaded = { error: { message: 'busy', type: 'server_error', code: 'server_is_overloaded' } };

  it.each([
    ['a data event', event(overloaded), 'overloaded'],
    ['an error event', event({ message: 'Rate limit reached for requests' }, 'error'), 'rate_limited'],
    ['an error event of plain text', 'event: error\ndata: upstream is overloaded\n\n', 'overloaded'],
    [
      "vLLM's flat form",
      event({ object: 'error', message: 'oom', type: 'InternalServerError', code: 500 }),
      'server_error',
    ],
    [
      "Groq's form",
      event({ error: { message: 'x', code: 'tool_use_failed', status_code: 400 } }, 'error'),
      'model_output_invalid',
    ],
    ["OpenRouter's form", event({ choices: [], error: { code: 503, message: 'No provider' } }), 'overloaded'],
    ['a failed finish', chunk({ content: '' }, 'error'), 'server_error'],
    ['a server that gave the answer up', chunk({}, 'abort'), 'server_error'],
    ['a vendor without resources', chunk({}, 'insufficient_system_resource'), 'overloaded'],
    [
      'a failed finish with its error',
      event({
        choices: [
          { index: 0, delta: {}, finish_reason: 'error', error: { code: 429, message: 'slow down' } },
        ],
      }),
      'rate_limited',
    ],
    ['text for an error', event({ error: 'model overloaded: the server is overloaded' }), 'overloaded'],
    [
      'a whole JSON body',
      '{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}\n\n',
      'quota_exhausted',
    ],
  ])('is classified: %s', (_what, error, cls) => {
    const frames = decode('openai-compatible', role + error + DONE);
    expect(kinds(frames)).toBe('opening error');
    expect(failureOf(frames).class).toBe(cls);
  });

  it('ends everything: nothing that follows is relayed', () => {
    const reader = decoder('openai');
    reader.push(Buffer.from(text + event(overloaded)));
    expect(reader.push(Buffer.from(text + stop + DONE))).toEqual([]);
    expect(reader.end()).toEqual([]);
  });

  it('behind the terminal marker is ignored, its usage kept', () => {
    const late = event({
      choices: [],
      error: { code: 400, message: 'Token limit reached' },
      usage: { prompt_tokens: 3, completion_tokens: 9 },
    });
    const reader = decoder('openai-compatible');
    const frames = [...reader.push(Buffer.from(text + chunk({}, 'length') + late + DONE)), ...reader.end()];
    expect(kinds(frames)).toBe('content finish alive trailer');
    expect(reader.usage()).toEqual({ inputTokens: 3, outputTokens: 9 });
  });

  it('is HTML, or a completion that was not streamed', () => {
    expect(failureOf(decode('openai', '<!doctype html><p>Sign in</p>')).message).toMatch(/HTML/);
    const whole = JSON.stringify({ object: 'chat.completion', choices: [{ message: { content: 'Hi' } }] });
    expect(failureOf(decode('openai', whole))).toMatchObject({
      class: 'protocol_violation',
      code: 'not_a_stream',
    });
  });
});
