import { describe, expect, it } from 'vitest';
import { messagesFace } from '#lib/wire/anthropic/messages-face.ts';
import { credentialProblem, credentialSecrets } from '#lib/wire/credential-problem.ts';
import type { UpstreamTarget } from '#lib/wire/types.ts';
import { buildUpstream, createStreamDecoder } from '#lib/wire/upstream.ts';
import { built, refusal } from './cloud-support.ts';
import { kinds, NOW, named, relayed, upstreamTarget } from './support.ts';

const EU = 'https://europe-west4-aiplatform.googleapis.com';
const ACCOUNT = JSON.stringify({
  type: 'service_account',
  project_id: 'acme',
  private_key_id: 'key-number-one',
  private_key: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n',
  client_email: 'gateway@acme.iam.gserviceaccount.com',
  token_uri: 'https://oauth2.googleapis.com/token',
});
const TOKEN = 'ya29.a0AfB_byC-token';
const KEY = 'AIzaSyD-1234567890abcdefghijklmnopqrstu';

const request = (target: Partial<UpstreamTarget>, more: object = {}) =>
  built('vertex', more, { model: 'gemini-2.5-pro', ...target }).request;

describe('the address on Vertex', () => {
  it.each([
    [
      'the host’s region and the account’s project',
      { baseUrl: EU, credential: ACCOUNT },
      `${EU}/v1/projects/acme/locations/europe-west4`,
    ],
    [
      'the endpoint’s region where the host names none',
      { baseUrl: 'https://proxy.test', region: 'us-east5', credential: ACCOUNT },
      'https://proxy.test/v1/projects/acme/locations/us-east5',
    ],
    [
      'the base URL’s own project and region before all others',
      { baseUrl: `${EU}/v1beta1/projects/other/locations/us-east1`, region: 'x', credential: ACCOUNT },
      `${EU}/v1beta1/projects/other/locations/us-east1`,
    ],
    [
      'the base URL’s own project',
      { baseUrl: `${EU}/v1/projects/other`, credential: TOKEN },
      `${EU}/v1/projects/other/locations/europe-west4`,
    ],
    [
      'the global place on the bare host',
      { baseUrl: 'https://aiplatform.googleapis.com', credential: ACCOUNT },
      'https://aiplatform.googleapis.com/v1/projects/acme/locations/global',
    ],
    [
      'several regions at once',
      { baseUrl: 'https://aiplatform.eu.rep.googleapis.com', credential: ACCOUNT },
      'https://aiplatform.eu.rep.googleapis.com/v1/projects/acme/locations/eu',
    ],
    [
      'no project for an API key',
      { baseUrl: 'https://aiplatform.googleapis.com', credential: KEY },
      'https://aiplatform.googleapis.com/v1',
    ],
  ])('has %s', (_what, target, place) => {
    expect(request(target).url).toBe(`${place}/publishers/google/models/gemini-2.5-pro:generateContent`);
    expect(request(target, { stream: true }).url).toBe(
      `${place}/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse`,
    );
  });

  it('takes other publishers’ models and endpoints by their paths', () => {
    const at = (model: string) => request({ baseUrl: EU, credential: ACCOUNT, model }).url;
    expect(at('publishers/meta/models/llama-4')).toContain(
      '/europe-west4/publishers/meta/models/llama-4:gen',
    );
    expect(at('endpoints/123')).toContain('/europe-west4/endpoints/123:generateContent');
  });

  it.each([
    ['project', { baseUrl: EU, credential: TOKEN }],
    ['region', { baseUrl: 'https://proxy.test', credential: ACCOUNT }],
  ])('is refused without a %s, in words that say where to put it', (what, target) => {
    const failure = refusal('vertex', {}, target);
    expect(failure).toMatchObject({ class: 'model_not_found', code: 'incomplete_endpoint' });
    expect(failure.message).toContain(what);
    expect(failure.message).toContain('base URL');
  });
});

describe('a credential for Vertex', () => {
  it('is an API key, an access token or a service account by its form', () => {
    expect(request({ baseUrl: EU, credential: KEY })).toMatchObject({
      authorization: null,
      headers: { 'x-goog-api-key': KEY },
    });
    const place = `${EU}/v1/projects/acme/locations/europe-west4`;
    for (const credential of [TOKEN, `Bearer ${TOKEN}`]) {
      expect(request({ baseUrl: place, credential })).toMatchObject({
        authorization: null,
        headers: { authorization: `Bearer ${TOKEN}` },
      });
    }
    const signed = request({ baseUrl: EU, credential: ACCOUNT });
    expect(signed.authorization).toBe('google-oauth');
    expect(JSON.stringify(signed)).not.toContain('PRIVATE KEY');
  });

  it.each([
    ['cut short', ACCOUNT.slice(0, -20)],
    ['another document', '{"installed":{"client_id":"x"}}'],
    ['sent over plain http', ACCOUNT.replace('https://oauth2', 'http://oauth2')],
    ['of two words', 'two words'],
  ])('that is %s is refused, naming the forms and not itself', (_how, credential) => {
    const failure = refusal('vertex', {}, { baseUrl: EU, credential });
    expect(failure).toMatchObject({ class: 'auth' });
    expect(failure.message).toContain('service account');
    for (const part of ['two words', 'MIIEvQ', 'installed']) expect(failure.message).not.toContain(part);
  });

  it('may be judged before it is saved', () => {
    expect(credentialProblem('vertex', ACCOUNT)).toBeNull();
    expect(credentialProblem('google', KEY)).toBeNull();
    expect(credentialProblem('google', ACCOUNT)).toContain('vertex');
    expect(credentialProblem('openai', ACCOUNT)).toContain('no API key');
    expect(credentialProblem('openai', 'sk-proj-1234')).toBeNull();
  });

  it('has every secret part named, so that each can be hidden', () => {
    const secrets = credentialSecrets(ACCOUNT);
    expect(secrets).toContain('MIIEvQIBADANBgkqhkiG9w0BAQEFAASC');
    expect(secrets).toContain('key-number-one');
    expect(secrets).not.toContain('acme');
  });
});

describe('Claude on Vertex', () => {
  const target = (more: Partial<UpstreamTarget> = {}) =>
    upstreamTarget('vertex', {
      model: 'claude-sonnet-4-5@20250929',
      baseUrl: EU,
      credential: ACCOUNT,
      ...more,
    });
  const body =
    '{ "max_tokens": 12345678901234567890, "model" : "chat",\n"stream": true, "messages": [{"role":"user","content":"Hi \\u00e9"}] }';
  const headers = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-1m-2025-08-07' };
  const parsed = messagesFace.parse(Buffer.from(body), headers);
  if (!parsed.ok) throw new Error(parsed.message);
  const place = `${EU}/v1/projects/acme/locations/europe-west4/publishers/anthropic/models`;

  it('gets the client’s bytes, with the version in the place of the model', () => {
    const sent = buildUpstream(parsed.request, target());
    if (!sent.ok) throw new Error(sent.failure.message);
    expect(sent.request.url).toBe(`${place}/claude-sonnet-4-5@20250929:streamRawPredict`);
    expect(Buffer.from(sent.request.body).toString()).toBe(
      body.replace('"model" : "chat"', '"anthropic_version":"vertex-2023-10-16"'),
    );
    expect(sent.request.headers['anthropic-beta']).toBe('context-1m-2025-08-07');
    expect(sent.request.headers).not.toHaveProperty('anthropic-version');
    expect(sent.request.headers).not.toHaveProperty('x-api-key');
  });

  it('gets other dialects translated, in the same envelope', () => {
    const { request: sent, body: json } = built('vertex', {}, target());
    expect(sent.url).toBe(`${place}/claude-sonnet-4-5@20250929:rawPredict`);
    expect(json).toMatchObject({ anthropic_version: 'vertex-2023-10-16', messages: [{ role: 'user' }] });
    expect(json).not.toHaveProperty('model');
  });

  it('answers in Anthropic’s own bytes', () => {
    const reader = createStreamDecoder(parsed.request, target(), { nowWallMs: NOW, continues: null });
    const stream = [
      named({
        type: 'message_start',
        message: { id: 'm', model: 'c', usage: { input_tokens: 1, output_tokens: 1 } },
      }),
      named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } }),
      named({ type: 'content_block_stop', index: 0 }),
      named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } }),
      named({ type: 'message_stop' }),
    ].join('');
    const frames = [...reader.push(Buffer.from(stream)), ...reader.end()];
    expect(kinds(frames)).toContain('finish');
    expect(relayed(frames)).toBe(stream);
  });
});
