import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVIDER_KINDS } from '#lib/contract/config.ts';
import { readEmbeddings } from '#lib/wire/embeddings/answer.ts';
import {
  buildEmbeddings,
  type EmbeddingsRequest,
  embeddingsUnfit,
  parseEmbeddings,
} from '#lib/wire/embeddings/request.ts';
import type { UpstreamRequest, UpstreamTarget } from '#lib/wire/types.ts';
import { upstreamTarget } from './support.ts';

function parse(body: string | object): ReturnType<typeof parseEmbeddings> {
  return parseEmbeddings(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

function request(body: string | object): EmbeddingsRequest {
  const parsed = parse(body);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

function build(body: string | object, target: UpstreamTarget): UpstreamRequest {
  const built = buildEmbeddings(request(body), target);
  if (!built.ok) throw new Error(built.failure.message);
  return built.request;
}

describe('a request for embeddings', () => {
  it.each([
    ['a text', 'Hello'],
    ['texts', ['a', 'b']],
    ['tokens', [1, 2, 3]],
    ['lists of tokens', [[1, 2], [3]]],
  ])('may ask for %s', (_what, input) => {
    expect(request({ model: 'm', input }).model).toBe('m');
  });

  it.each([
    ['no input', { model: 'm' }, 'input', /missing/],
    ['nothing in it', { model: 'm', input: [] }, 'input', /a text, a list of texts/],
    ['a mixture', { model: 'm', input: ['a', 1] }, 'input', /a text, a list of texts/],
    ['an object', { model: 'm', input: {} }, 'input', /a text, a list of texts/],
    ['no model', { input: 'a' }, 'model', /`model` is missing/],
    ['a stream', { model: 'm', input: 'a', stream: true }, 'stream', /vectors come whole/],
    ['no JSON', '{', null, /not valid JSON/],
  ])('is refused with a sentence: %s', (_what, body, param, message) => {
    expect(parse(body)).toMatchObject({
      ok: false,
      status: 400,
      param,
      message: expect.stringMatching(message),
    });
  });

  it('reaches its target byte for byte but for the model', () => {
    const body = '{"input": ["a"],  "encoding_format":"base64", "model":"flow", "dimensions": 256.0}';
    const { url, headers, body: sent, notes } = build(body, upstreamTarget('openai'));
    expect(url).toBe('https://vendor.test/v1/embeddings');
    expect(Buffer.from(sent).toString()).toBe(body.replace('"flow"', '"real-model"'));
    expect(headers).toEqual({
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: 'Bearer sk-secret-of-the-gateway',
    });
    expect(notes).toEqual([]);
  });

  it('finds compatible servers and Azure deployments', () => {
    const ask = { model: 'm', input: 'a' };
    const local = upstreamTarget('openai-compatible', {
      baseUrl: 'http://localhost:11434/v1/',
      credential: null,
    });
    expect(build(ask, local)).toMatchObject({
      url: 'http://localhost:11434/v1/embeddings',
      headers: { accept: 'application/json' },
    });
    const azure = upstreamTarget('azure-openai', {
      baseUrl: 'https://r.openai.azure.com',
      deployment: 'vec/1',
    });
    const { url, headers } = build(ask, azure);
    expect(url).toBe(
      'https://r.openai.azure.com/openai/deployments/vec%2F1/embeddings?api-version=2024-10-21',
    );
    expect(headers).toMatchObject({ 'api-key': 'sk-secret-of-the-gateway' });
    expect(headers.authorization).toBeUndefined();
    const undated = build(ask, { ...azure, baseUrl: 'https://r.openai.azure.com/openai/v1' });
    expect(undated.url).toBe('https://r.openai.azure.com/openai/v1/embeddings');
    expect(JSON.parse(Buffer.from(undated.body).toString('utf8')).model).toBe('vec/1');
  });

  it("says that a flow's rules about prompts were not used", () => {
    const target = upstreamTarget('openai', { adapter: { systemPrefix: 'Be brief.' } });
    expect(build({ model: 'm', input: 'a' }, target).notes).toEqual([
      expect.stringMatching(/rules .* prompts/),
    ]);
  });

  it.each(PROVIDER_KINDS)('goes to a target of kind %s exactly where that has embeddings', (kind) => {
    const can = ['openai', 'azure-openai', 'openai-compatible'].includes(kind);
    const unfit = embeddingsUnfit({ slug: 'east', kind });
    expect(unfit === null).toBe(can);
    if (unfit !== null) {
      expect(unfit.reason).toBe('incapable');
      expect(unfit.text).toMatch(
        /^east has no embeddings .* openai, azure-openai or openai-compatible, not /,
      );
    }
    const built = buildEmbeddings(request({ model: 'm', input: 'a' }), upstreamTarget(kind));
    expect(built.ok).toBe(can);
    if (!built.ok) expect(built.failure.class).toBe('unsupported_feature');
  });
});

describe('an answer with embeddings', () => {
  const answer = {
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.1, -0.2] }],
    model: 'text-embedding-real',
    usage: { prompt_tokens: 5, total_tokens: 5 },
  };
  const read = (json: unknown) => readEmbeddings(Buffer.from(JSON.stringify(json)));

  it('is relayed as it is, numbers or base64', () => {
    const body = Buffer.from(JSON.stringify(answer));
    expect(readEmbeddings(body)).toEqual({
      ok: true,
      bytes: body,
      usage: { inputTokens: 5, outputTokens: null },
      model: 'text-embedding-real',
    });
    const packed = read({ data: [{ embedding: 'zczMPQ==' }] });
    expect(packed).toMatchObject({ ok: true, usage: null, model: null });
  });

  it.each([
    ['is no list', { ...answer, data: {} }, 'protocol_violation'],
    ['is empty', { ...answer, data: [] }, 'protocol_violation'],
    ['lacks a vector', { ...answer, data: [...answer.data, { index: 1 }] }, 'protocol_violation'],
    ['has a vector of nothing', { ...answer, data: [{ embedding: [] }] }, 'protocol_violation'],
    ['is a completion', { object: 'chat.completion', choices: [] }, 'protocol_violation'],
    ['is an error', { error: { message: 'x', code: 'insufficient_quota' } }, 'quota_exhausted'],
  ])('is a failure when it %s', (_what, json, cls) => {
    const result = read(json);
    expect(result.ok ? null : result.failure.class).toBe(cls);
  });

  it('is a failure when it is a page, nothing, or cut', () => {
    for (const body of ['', '<html>Sign in</html>', '{"object":"list","data":[{"embedding":[0.1']) {
      const result = readEmbeddings(Buffer.from(body));
      expect(result.ok ? null : result.failure.class).toBe('protocol_violation');
    }
  });

  it('is never made of random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => !readEmbeddings(bytes).ok),
      {
        numRuns: Number(process.env.PROPERTY_RUNS ?? 300),
      },
    );
  });
});
