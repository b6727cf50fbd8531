import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import { upstreamDialect } from '#lib/wire/dialects.ts';
import { buildEmbeddings, parseEmbeddings } from '#lib/wire/embeddings/request.ts';
import type { UpstreamTarget } from '#lib/wire/types.ts';
import { buildUpstream } from '#lib/wire/upstream.ts';
import { chatRequest, upstreamTarget } from './support.ts';

const LOCAL = { baseUrl: 'http://localhost:11434/api/chat', model: 'qwen3', credential: null };
const target = (more: Partial<UpstreamTarget> = {}) =>
  upstreamTarget('openai-compatible', { ...LOCAL, ...more });

function sent(body: object, more: Partial<UpstreamTarget> = {}) {
  const built = buildUpstream(chatRequest({ model: 'flow', ...body }), target(more));
  if (!built.ok) throw new Error(built.failure.message);
  const { url, headers, notes } = built.request;
  return { url, headers, notes, body: JSON.parse(Buffer.from(built.request.body).toString('utf8')) };
}

function refusal(body: object): string {
  const built = buildUpstream(chatRequest({ model: 'flow', ...body }), target());
  return built.ok ? '' : built.failure.message;
}

const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });
const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };

describe("a request to Ollama's own API", () => {
  it('goes where its address says, with a key only where there is one, and says whether it streams', () => {
    const whole = sent(user('Hi'));
    expect(whole.url).toBe('http://localhost:11434/api/chat');
    expect(whole.headers).not.toHaveProperty('authorization');
    expect(whole.body).toEqual({
      model: 'qwen3',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: false,
    });
    const cloud = sent(
      { ...user('Hi'), stream: true },
      { baseUrl: 'https://ollama.com/api/chat', credential: 'k' },
    );
    expect(cloud.headers).toMatchObject({ authorization: 'Bearer k', accept: 'application/x-ndjson' });
    expect(cloud.body.stream).toBe(true);
  });

  it('has its parameters as options, which the rules of a flow may add to', () => {
    const asked = {
      ...user('Hi'),
      max_tokens: 50,
      temperature: 0.2,
      top_p: 0.9,
      stop: ['END'],
      seed: 7,
      presence_penalty: 0.1,
      reasoning_effort: 'low',
      user: 'ada',
    };
    const adapter = { set: { 'options.num_ctx': 32_768 }, maxTokens: 20, systemPrefix: 'Be brief.' };
    const { body, notes } = sent(asked, { adapter });
    expect(body.options).toEqual({
      num_predict: 20,
      temperature: 0.2,
      top_p: 0.9,
      stop: ['END'],
      seed: 7,
      presence_penalty: 0.1,
      num_ctx: 32_768,
    });
    expect(body.think).toBe(true);
    expect(body.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    expect(notes).toContain('`user` was left out: Ollama has no such parameter.');
    expect(sent({ ...user('Hi'), reasoning_effort: 'high' }, { model: 'gpt-oss:20b' }).body.think).toBe(
      'high',
    );
  });

  it('has pictures beside the text, calls with objects, and results that name their tool', () => {
    const { body } = sent({
      tools: [TOOL],
      response_format: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' } } },
      messages: [
        { role: 'system', content: 'Be kind.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is it?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
      ],
    });
    expect(body.messages).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'What is it?', images: ['AAAA'] },
      {
        role: 'assistant',
        content: '',
        tool_calls: [{ id: 'c1', function: { name: 'f', arguments: { x: 1 } } }],
      },
      { role: 'tool', tool_call_id: 'c1', tool_name: 'f', content: 'a cat' },
    ]);
    expect(body).toMatchObject({ tools: [TOOL], format: { type: 'object' } });
    expect(sent({ ...user('Hi'), tools: [TOOL], tool_choice: 'none' }).body).not.toHaveProperty('tools');
    expect(sent({ ...user('Hi'), response_format: { type: 'json_object' } }).body.format).toBe('json');
  });

  it.each([
    ['a forced tool', { ...user('Hi'), tools: [TOOL], tool_choice: 'required' }, 'tool_choice'],
    ['an image by URL', user([{ type: 'image_url', image_url: { url: 'https://a.test/b.png' } }]), 'by URL'],
    ['a PDF', user([{ type: 'file', file: { filename: 'a.pdf', file_data: 'AAAA' } }]), 'none but texts'],
    ['sound', user([{ type: 'input_audio', input_audio: { data: 'A', format: 'wav' } }]), 'audio'],
  ])('is not made for %s', (_what, body, words) => {
    expect(refusal(body)).toContain(words);
  });

  it('is one to its OpenAI-compatible API for embeddings', () => {
    const parsed = parseEmbeddings(Buffer.from('{"model":"m","input":"Hi"}'));
    if (!parsed.ok) throw new Error(parsed.message);
    const built = buildEmbeddings(parsed.request, target());
    expect(built.ok && built.request.url).toBe('http://localhost:11434/v1/embeddings');
  });
});

const piece = (message: object, more: object = { done: false }): string =>
  `${JSON.stringify({ model: 'qwen3', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', ...message }, ...more })}\n`;
const DONE = { done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 2 };

function read(text: string): CanonicalEvent[] {
  const source = upstreamDialect('ollama-chat').events();
  return [...source.push(Buffer.from(text)), ...source.end()];
}
const typesOf = (events: readonly CanonicalEvent[]) => events.map(({ type }) => type);

describe("an answer of Ollama's own API", () => {
  it('is read line by line: thinking, text, calls with ids of their own, and the usage with the end', () => {
    const call = (name: string) => ({ function: { name, arguments: { x: 1 } } });
    const events = read(
      piece({ content: '', thinking: 'Hm' }) +
        piece({ content: 'Hi' }) +
        piece({ content: '', tool_calls: [call('f'), call('g')] }) +
        piece({ content: '' }, DONE),
    );
    const starts = events.flatMap((event) => (event.type === 'block_start' ? [event.block] : []));
    expect(starts).toMatchObject([
      { kind: 'thinking' },
      { kind: 'text' },
      { kind: 'tool_use', name: 'f' },
      { kind: 'tool_use', name: 'g' },
    ]);
    const ids = starts.flatMap((block) => (block.kind === 'tool_use' ? [block.id] : []));
    expect(new Set(ids).size).toBe(2);
    expect(events).toContainEqual({
      type: 'usage',
      usage: { inputTokens: 3, cachedTokens: null, outputTokens: 2 },
    });
    expect(events.at(-2)).toEqual({ type: 'stop', reason: 'tool_calls' });
    expect(events.at(-1)).toEqual({ type: 'end' });
  });

  it('is finished by nothing but `done`', () => {
    expect(typesOf(read(piece({ content: 'Hi' })))).not.toContain('stop');
    const full = read(piece({ content: 'Hi' }, { ...DONE, done_reason: 'length' }));
    expect(full).toContainEqual({ type: 'stop', reason: 'length' });
    const late = read(`${piece({ content: 'Hi' }, DONE)}{"error":"too late"}\n`);
    expect(typesOf(late)).not.toContain('error');
  });

  it.each([
    ['{"error":"model runner has unexpectedly stopped"}\n', 'server_error'],
    [`${piece({ content: 'Hi' })}{"error":"server busy, it is overloaded"}\n`, 'overloaded'],
    ['<html>Sign in</html>\n', 'protocol_violation'],
  ])('is an error where a line says so: %j', (text, cls) => {
    const failures = read(text).flatMap((event) => (event.type === 'error' ? [event.failure.class] : []));
    expect(failures).toEqual([cls]);
  });

  it('counts what is no JSON and goes on', () => {
    const types = typesOf(read(`${piece({ content: 'H' })}{"broken\n\n${piece({ content: 'i' }, DONE)}`));
    expect(types.filter((type) => type === 'malformed')).toHaveLength(1);
    expect(types).toContain('stop');
  });

  it('comes whole as well, and half of one is none', () => {
    const whole = (body: string) => upstreamDialect('ollama-chat').readWhole(Buffer.from(body));
    const answer = whole(piece({ content: 'Hi' }, DONE));
    expect(answer.ok && typesOf(answer.events)).toContain('stop');
    expect(whole(piece({ content: 'Hi' }))).toMatchObject({
      ok: false,
      failure: { class: 'protocol_violation' },
    });
    expect(whole('{"error":"model \'x\' not found"}')).toMatchObject({
      failure: { class: 'model_not_found' },
    });
  });
});
