import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  anthropicError,
  BEGIN,
  END_OF_BLOCK,
  end,
  message,
  says,
  TEXT_BLOCK,
  TOOL_EVENTS,
  text,
} from '#test/support/fake-anthropic.ts';
import { cuts, FakeUpstream, replies, streams } from '#test/support/fake-upstream.ts';
import { CREDENTIAL, KEY, TestGateway } from './support.ts';

let upstream: FakeUpstream;
let gateway: TestGateway;
let client: Anthropic;

beforeAll(async () => {
  upstream = await FakeUpstream.start(says('Hi'));
  gateway = await TestGateway.start({
    targets: { primary: { origin: upstream.origin, kind: 'anthropic', model: 'claude-sonnet-4-5' } },
    aliases: ['claude-support'],
    policy: { retry: { maxPerTarget: 0 }, degraded: { retryAfterSeconds: 7 } },
  });
  client = new Anthropic({ apiKey: KEY, baseURL: gateway.url });
});
beforeEach(() => {
  upstream.calls.length = 0;
  gateway.tell({ type: 'breaker', commandId: 'c', action: 'reset', scope: 'target', id: 'primary' });
  gateway.tell({ type: 'clear-cooldown', commandId: 'c', target: 'primary' });
});
afterAll(async () => {
  await gateway.worker.stop();
  await upstream.close();
});

const ASK = {
  model: 'claude-support',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'Hello' }],
};
const TOOL = {
  name: 'weather',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } },
};

/** What the client throws, as its own kind of error. */
async function errorOf(call: PromiseLike<unknown>): Promise<InstanceType<typeof Anthropic.APIError>> {
  const thrown = await Promise.resolve(call).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof Anthropic.APIError))
    throw new Error(`not an error of the client: ${String(thrown)}`);
  return thrown;
}

describe("Anthropic's client", () => {
  it('gets a whole message, with who served it, under our request id', async () => {
    upstream.behave(says('Hi there'));
    const { data, response, request_id } = await client.messages.create(ASK).withResponse();
    expect(data.content).toEqual([{ type: 'text', text: 'Hi there' }]);
    expect(data).toMatchObject({ model: 'claude-sonnet-4-5', stop_reason: 'end_turn' });
    expect(data).toMatchObject({ switchyard: { servedBy: { target: 'primary' }, degraded: false } });
    expect(request_id).toBe(response.headers.get('x-switchyard-request-id'));
    expect(request_id).not.toBe('req_of_the_vendor');
    const record = await gateway.record(request_id ?? null);
    expect(record).toMatchObject({
      face: 'messages',
      outcome: 'primary',
      usage: { inputTokens: 12, outputTokens: 5 },
    });
  });

  it('sends its version and betas on to the vendor, with our credential and its own body', async () => {
    upstream.behave(says('Hi'));
    const system = [
      { type: 'text' as const, text: 'Be brief.', cache_control: { type: 'ephemeral' as const } },
    ];
    await client.beta.messages.create({ ...ASK, system, betas: ['a-2026-01-01', 'b-2026-02-02'] });
    const [call] = upstream.calls;
    expect(call?.path).toBe('/v1/messages');
    expect(call?.headers).toMatchObject({
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'a-2026-01-01,b-2026-02-02',
      authorization: `Bearer ${CREDENTIAL}`,
    });
    expect(JSON.stringify(call?.headers)).not.toContain(KEY);
    expect(JSON.parse(call?.body ?? '')).toEqual({ ...ASK, model: 'claude-sonnet-4-5', system });
  });

  it('streams a message to its end', async () => {
    upstream.behave(streams(BEGIN, TEXT_BLOCK, text('Hel'), text('lo'), END_OF_BLOCK, end()));
    const stream = client.messages.stream(ASK);
    const texts: string[] = [];
    stream.on('text', (piece) => texts.push(piece));
    const final = await stream.finalMessage();
    expect(texts).toEqual(['Hel', 'lo']);
    expect(final.content).toEqual([{ type: 'text', text: 'Hello' }]);
    expect(final.usage).toMatchObject({ input_tokens: 12, output_tokens: 5 });
    expect(stream.request_id).toMatch(/^req_/);
  });

  it('gets a tool call, streamed and whole', async () => {
    upstream.behave(streams(...TOOL_EVENTS));
    const streamed = await client.messages.stream({ ...ASK, tools: [TOOL] }).finalMessage();
    const block = { type: 'tool_use', id: 'toolu_01', name: 'weather', input: { city: 'Oslo' } };
    expect(streamed.content).toMatchObject([block]);
    expect(streamed.stop_reason).toBe('tool_use');
    upstream.behave(message([block], 'tool_use'));
    const whole = await client.messages.create({ ...ASK, tools: [TOOL] });
    expect(whole.content).toMatchObject([block]);
  });

  it('counts tokens', async () => {
    upstream.behave(replies(200, '{"input_tokens":42}'));
    const { model, messages } = ASK;
    const count = await client.messages.countTokens({ model, messages });
    expect(count.input_tokens).toBe(42);
    expect(upstream.calls[0]?.path).toBe('/v1/messages/count_tokens');
    expect(JSON.parse(upstream.calls[0]?.body ?? '')).toEqual({ model: 'claude-sonnet-4-5', messages });
  });

  it('finds the flow and its alias among the models, page by page', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list({ limit: 1 })) ids.push(model.id);
    expect(ids).toEqual(['chat', 'claude-support']);
    const model = await client.models.retrieve('claude-support');
    expect(model).toMatchObject({ type: 'model', id: 'claude-support', display_name: 'Chat' });
  });
});

describe("Anthropic's client, when something is wrong", () => {
  it('throws its own kinds of error for faults that are found here', async () => {
    const stranger = new Anthropic({ apiKey: 'sk-ant-wrong', baseURL: gateway.url });
    const unknownKey = await errorOf(stranger.messages.create(ASK));
    expect(unknownKey).toBeInstanceOf(Anthropic.AuthenticationError);
    expect(unknownKey).toMatchObject({ status: 401, type: 'authentication_error' });
    const unknownFlow = await errorOf(client.messages.create({ ...ASK, model: 'claude-nope' }));
    expect(unknownFlow).toBeInstanceOf(Anthropic.NotFoundError);
    expect(unknownFlow).toMatchObject({ status: 404, type: 'not_found_error' });
    expect(unknownFlow.message).toContain('chat');
    const noModel = await errorOf(client.models.retrieve('claude-nope'));
    expect(noModel).toMatchObject({ status: 404, type: 'not_found_error' });
    expect(upstream.calls).toHaveLength(0);
  });

  it("reads the vendor's own words, whole, for a fault of the caller", async () => {
    const words = `prompt is too long: 210000 tokens > 200000 maximum${' and on'.repeat(100)}`;
    upstream.behave(anthropicError(400, 'invalid_request_error', words));
    const error = await errorOf(client.messages.create(ASK));
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error' });
    expect(error.error).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', message: words },
      request_id: 'req_of_the_vendor',
      switchyard: { attempts: 1, servedBy: null },
    });
    expect(error.requestID).not.toBe('req_of_the_vendor');
    expect(upstream.calls).toHaveLength(1);
  });

  it('does not repeat what was tried in vain, and reads when to come back', async () => {
    upstream.behave(anthropicError(529, 'overloaded_error', 'Overloaded', { 'x-should-retry': 'true' }));
    const error = await errorOf(client.messages.create(ASK));
    expect(error).toMatchObject({ status: 503, type: 'overloaded_error' });
    expect(error.message).toContain('Try again in a moment.');
    expect(error.headers?.get('x-should-retry')).toBe('false');
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(upstream.calls).toHaveLength(1);
  });

  it("never takes our provider's refused key for its own", async () => {
    upstream.behave(anthropicError(401, 'authentication_error', 'invalid x-api-key'));
    const error = await errorOf(client.messages.create(ASK));
    expect(error).toMatchObject({ status: 502, type: 'api_error' });
    expect(upstream.calls).toHaveLength(1);
  });

  it('is told that a stream broke', async () => {
    upstream.behave(cuts(BEGIN, TEXT_BLOCK, text('Hel')));
    const stream = client.messages.stream(ASK);
    const error = await errorOf(stream.finalMessage());
    expect(error.type).toBe('api_error');
    expect(error.message).toContain('broke off');
  });
});
