import { describe, expect, it } from 'vitest';
import type { UpstreamTarget } from '#lib/wire/types.ts';
import { buildUpstream } from '#lib/wire/upstream.ts';
import { chatRequest, HELLO, upstreamTarget } from './support.ts';

function build(body: string | object, target: UpstreamTarget) {
  const built = buildUpstream(chatRequest(body), target);
  if (!built.ok) throw new Error(built.failure.message);
  return { ...built.request, body: Buffer.from(built.request.body).toString() };
}

const urlFor = (baseUrl: string): string =>
  build(HELLO, upstreamTarget('openai-compatible', { baseUrl })).url;

describe('a passed-through request', () => {
  it("changes the model's bytes and nothing else", () => {
    const body =
      '{ "n" : 1.0, "seed": 12345678901234567890, "model":"support-chat",\n "messages":[], "x":"\\u00e9" }';
    expect(build(body, upstreamTarget('openai', { model: 'gpt "4"' })).body).toBe(
      body.replace('"support-chat"', '"gpt \\"4\\""'),
    );
  });

  it('asks for no usage that the client did not ask for', () => {
    expect(build({ ...HELLO, stream: true }, upstreamTarget('openai')).body).not.toContain('stream_options');
  });

  it('goes to /v1 unless the base URL names a version', () => {
    expect(urlFor('https://api.openai.com')).toBe('https://api.openai.com/v1/chat/completions');
    expect(urlFor('https://api.openai.com/v1/')).toBe('https://api.openai.com/v1/chat/completions');
    expect(urlFor('https://x.test/api/v4')).toBe('https://x.test/api/v4/chat/completions');
    expect(urlFor('https://g.test/v1beta/openai')).toBe('https://g.test/v1beta/openai/chat/completions');
    expect(urlFor('https://x.test/inference')).toBe('https://x.test/inference/v1/chat/completions');
  });

  it('carries the credential as its kind wants it, and none without one', () => {
    const target = upstreamTarget('openai');
    expect(build(HELLO, target).headers.authorization).toBe('Bearer sk-secret-of-the-gateway');
    expect(build(HELLO, { ...target, credential: null }).headers).not.toHaveProperty('authorization');
    const azure = build(HELLO, upstreamTarget('azure-openai'));
    expect(azure.headers['api-key']).toBe('sk-secret-of-the-gateway');
    expect(azure.headers).not.toHaveProperty('authorization');
  });

  it("goes to Azure's deployment, named after the model by default", () => {
    const azure = upstreamTarget('azure-openai', { model: 'gpt-4o' });
    expect(build(HELLO, azure).url).toBe(
      'https://vendor.test/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    );
    expect(build(HELLO, { ...azure, deployment: 'my deployment' }).url).toContain(
      '/deployments/my%20deployment/',
    );
  });

  it("goes to Azure's undated API where the address names it, with the deployment in the body", () => {
    const place = { baseUrl: 'https://r.openai.azure.com/openai/v1/', deployment: 'east-4' };
    const azure = upstreamTarget('azure-openai', { ...place, model: 'gpt-4o' });
    const { url, headers, body } = build(HELLO, azure);
    expect(url).toBe('https://r.openai.azure.com/openai/v1/chat/completions');
    expect(headers['api-key']).toBe('sk-secret-of-the-gateway');
    expect(JSON.parse(Buffer.from(body).toString('utf8')).model).toBe('east-4');
  });

  it('has the adapter around its system message', () => {
    const adapter = { systemPrefix: 'Before.', systemSuffix: 'After.' };
    const target = upstreamTarget('openai', { adapter });
    const messages = [
      { role: 'system', content: 'One.' },
      { role: 'developer', content: [{ type: 'text', text: 'Two.' }] },
      { role: 'user', content: 'Hi' },
    ];
    const sent = JSON.parse(build({ ...HELLO, messages, seed: 3 }, target).body);
    expect(sent).toMatchObject({ model: 'real-model', seed: 3 });
    expect(sent.messages).toEqual([
      { role: 'system', content: 'Before.\n\nOne.' },
      {
        role: 'developer',
        content: [
          { type: 'text', text: 'Two.' },
          { type: 'text', text: 'After.' },
        ],
      },
      { role: 'user', content: 'Hi' },
    ]);
    const added = JSON.parse(build(HELLO, target).body).messages;
    expect(added[0]).toEqual({ role: 'system', content: 'Before.\n\nAfter.' });
  });

  it('stays byte-faithful under an adapter that changes nothing', () => {
    const body = '{"model":"support-chat", "messages":[] }';
    const target = upstreamTarget('openai', { adapter: { systemPrefix: '' }, model: 'm' });
    expect(build(body, target).body).toBe('{"model":"m", "messages":[] }');
  });
});
