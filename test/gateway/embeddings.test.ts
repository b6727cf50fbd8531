import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { type Behaviour, FakeUpstream, fails, replies } from '#test/support/fake-upstream.ts';
import { KEY, type Setup, type TargetSetup, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const VECTOR = [0.5, -0.25, 1];
const vectors: Behaviour = ({ body, response }) => {
  const { encoding_format } = JSON.parse(body);
  const base64 = Buffer.from(new Float32Array(VECTOR).buffer).toString('base64');
  const embedding = encoding_format === 'base64' ? base64 : VECTOR;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding }],
      model: 'text-embedding-3-small',
      usage: { prompt_tokens: 3, total_tokens: 3 },
    }),
  );
};
const down = fails(500, { message: 'down' });

type Target = Omit<TargetSetup, 'origin'> & { behaviour: Behaviour };

async function setUp(targets: Record<string, Target>, policy: Setup['policy'] = {}) {
  const setups: Record<string, TargetSetup> = {};
  const upstreams: Record<string, FakeUpstream> = {};
  for (const [slug, { behaviour, ...rest }] of Object.entries(targets)) {
    const upstream = await FakeUpstream.start(behaviour);
    upstreams[slug] = upstream;
    setups[slug] = { ...rest, origin: upstream.origin };
    open.push(upstream);
  }
  const gateway = await TestGateway.start({
    targets: setups,
    policy: { retry: { maxPerTarget: 0 }, ...policy },
  });
  open.push({ close: () => gateway.worker.stop() });
  const client = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1` });
  return { gateway, client, upstreams };
}

describe('embeddings', () => {
  it('reach the official client, in the form that it asks for by itself, and leave a record', async () => {
    const { client, gateway, upstreams } = await setUp({
      primary: { kind: 'openai', model: 'text-embedding-3-small', behaviour: vectors },
    });
    const { data, response } = await client.embeddings
      .create({ model: 'chat', input: 'Hello' })
      .withResponse();
    expect(data.data[0]?.embedding).toEqual(VECTOR);
    expect(data).toMatchObject({ switchyard: { servedBy: { target: 'primary' }, degraded: false } });
    expect(upstreams.primary?.calls[0]).toMatchObject({ path: '/v1/embeddings' });
    expect(JSON.parse(upstreams.primary?.calls[0]?.body ?? '')).toMatchObject({
      model: 'text-embedding-3-small',
      input: 'Hello',
    });
    const record = await gateway.record(response.headers.get('x-switchyard-request-id'));
    expect(record).toMatchObject({
      face: 'embeddings',
      outcome: 'primary',
      usage: { inputTokens: 3, outputTokens: null },
    });
  });

  it('fail over to the same model elsewhere', async () => {
    const { client } = await setUp({
      primary: { family: 'small', behaviour: down },
      alternate: { family: 'small', behaviour: vectors },
    });
    const answer = await client.embeddings.create({ model: 'chat', input: 'Hello' });
    expect(answer).toMatchObject({ switchyard: { servedBy: { target: 'alternate' }, degraded: false } });
  });

  it('never come from a backup model, whatever the mode, and the refusal says why', async () => {
    const { gateway, upstreams } = await setUp(
      { primary: { behaviour: down }, backup: { behaviour: vectors } },
      { mode: 'availability', degraded: { as: 'message' } },
    );
    const response = await gateway.call('/v1/embeddings', { model: 'chat', input: 'Hello' });
    expect(response.status).toBe(503);
    expect(response.headers.get('x-should-retry')).toBe('false');
    const body = await response.json();
    expect(body.error.message).toMatch(/Embeddings come from targets of the primary's model only/);
    expect(body.switchyard).toMatchObject({ degraded: true, degradedReason: 'server_error' });
    expect(upstreams.backup?.calls).toHaveLength(0);
    const record = await gateway.record(body.switchyard.requestId);
    expect(record.skips).toMatchObject([{ target: 'backup', reason: 'mode' }]);
  });

  it('of a flow whose targets have none are refused with a sentence that says so', async () => {
    const { gateway, upstreams } = await setUp({ primary: { kind: 'anthropic', behaviour: vectors } });
    const response = await gateway.call('/v1/embeddings', { model: 'chat', input: 'Hello' });
    expect(response.status).toBe(400);
    expect((await response.json()).error.message).toMatch(/has no embeddings/);
    expect(upstreams.primary?.calls).toHaveLength(0);
  });

  it('without a vector in them are a fault of the provider, not an answer', async () => {
    const { gateway } = await setUp({
      primary: { family: 'small', behaviour: replies(200, '{"object":"list","data":[]}') },
      alternate: { family: 'small', behaviour: vectors },
    });
    const response = await gateway.call('/v1/embeddings', { model: 'chat', input: 'Hello' });
    expect((await response.json()).switchyard).toMatchObject({ servedBy: { target: 'alternate' } });
  });

  it('without an input are a 400 that names it', async () => {
    const { gateway } = await setUp({ primary: { behaviour: vectors } });
    const response = await gateway.call('/v1/embeddings', { model: 'chat' });
    expect(response.status).toBe(400);
    expect((await response.json()).error).toMatchObject({ param: 'input' });
  });
});
