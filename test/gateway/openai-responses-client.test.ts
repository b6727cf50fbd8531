import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anthropicError, says } from '#test/support/fake-anthropic.ts';
import {
  breaksOff,
  failsInStream,
  functionCall,
  outputText,
  responds,
} from '#test/support/fake-responses.ts';
import { FakeUpstream, fails } from '#test/support/fake-upstream.ts';
import { KEY, TestGateway } from './support.ts';

let upstream: FakeUpstream;
let claude: FakeUpstream;
let gateway: TestGateway;
let client: OpenAI;

beforeAll(async () => {
  upstream = await FakeUpstream.start();
  claude = await FakeUpstream.start(says('Hi from Claude'));
  gateway = await TestGateway.start({
    targets: {
      primary: { origin: upstream.origin, kind: 'openai', model: 'gpt-5-mini' },
      backup: { origin: claude.origin, kind: 'anthropic', model: 'claude-sonnet-4-5' },
    },
    policy: { retry: { maxPerTarget: 0 }, midStream: 'error' },
  });
  client = new OpenAI({ apiKey: KEY, baseURL: `${gateway.url}/v1` });
});
beforeEach(() => {
  upstream.calls.length = 0;
  claude.calls.length = 0;
  for (const id of ['primary', 'backup']) {
    gateway.tell({ type: 'breaker', commandId: 'c', action: 'reset', scope: 'target', id });
    gateway.tell({ type: 'clear-cooldown', commandId: 'c', target: id });
  }
});
afterAll(async () => {
  await gateway.worker.stop();
  await upstream.close();
  await claude.close();
});

const ASK = { model: 'chat', input: 'Hello' };
const TOOL = {
  type: 'function' as const,
  name: 'weather',
  strict: true,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
};

async function errorOf(call: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const thrown = await Promise.resolve(call).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof OpenAI.APIError)) throw new Error(`not an error of the client: ${String(thrown)}`);
  return thrown;
}

describe("OpenAI's client, responses", () => {
  it('gets a whole response with who served it', async () => {
    upstream.behave(responds(outputText('Hi there')));
    const { data, request_id } = await client.responses.create(ASK).withResponse();
    expect(data.output_text).toBe('Hi there');
    expect(data).toMatchObject({ model: 'gpt-5-mini', switchyard: { servedBy: { target: 'primary' } } });
    expect(upstream.calls[0]?.path).toBe('/v1/responses');
    expect(await gateway.record(request_id)).toMatchObject({
      face: 'responses',
      usage: { inputTokens: 3, outputTokens: 2 },
    });
  });

  it('streams a response to its end', async () => {
    upstream.behave(responds(outputText('Hello there')));
    const stream = client.responses.stream(ASK);
    let text = '';
    stream.on('response.output_text.delta', ({ delta }) => {
      text += delta;
    });
    const final = await stream.finalResponse();
    expect(text).toBe('Hello there');
    expect(final.output_text).toBe('Hello there');
  });

  it('gets a tool call, streamed and whole, and hands its result on', async () => {
    upstream.behave(responds(functionCall('weather', '{"city":"Oslo"}')));
    const streamed = await client.responses.stream({ ...ASK, tools: [TOOL] }).finalResponse();
    expect(streamed.output).toMatchObject([{ type: 'function_call', arguments: '{"city":"Oslo"}' }]);
    const whole = await client.responses.create({ ...ASK, tools: [TOOL] });
    expect(whole.output).toMatchObject([{ type: 'function_call', call_id: 'call_1' }]);
    upstream.behave(responds(outputText('Rain')));
    const calls = whole.output.filter((item) => item.type === 'function_call');
    const result = { type: 'function_call_output' as const, call_id: 'call_1', output: 'rain' };
    const answer = await client.responses.create({ ...ASK, input: [...calls, result] });
    expect(answer.output_text).toBe('Rain');
  });

  it('is answered by a vendor of another dialect, streamed and whole, when its own is down', async () => {
    upstream.behave(fails(500, { message: 'down' }));
    const whole = await client.responses.create(ASK);
    expect(whole.output_text).toBe('Hi from Claude');
    expect(whole).toMatchObject({
      model: 'claude-sonnet-4-5',
      switchyard: { degraded: true, degradedReason: 'server_error' },
    });
    expect(claude.calls[0]?.path).toBe('/v1/messages');
  });

  it('reads a quota that is used up, told inside a 200, as a reason to go elsewhere', async () => {
    upstream.behave(failsInStream('insufficient_quota', 'You exceeded your current quota.'));
    claude.behave(says('Hi from Claude'));
    const whole = await client.responses.create(ASK);
    expect(whole.output_text).toBe('Hi from Claude');
  });
});

describe("OpenAI's client, responses, when something is wrong", () => {
  it("reads the vendor's own error about its request, once", async () => {
    upstream.behave(
      fails(400, {
        message: "Unsupported value: 'reasoning.effort' does not support 'extreme'.",
        type: 'invalid_request_error',
        param: 'reasoning.effort',
        code: 'invalid_value',
      }),
    );
    const error = await errorOf(client.responses.create(ASK));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ status: 400, code: 'invalid_value', param: 'reasoning.effort' });
    expect(upstream.calls).toHaveLength(1);
    expect(claude.calls).toHaveLength(0);
  });

  it('is told that a stream broke, in the middle of it', async () => {
    upstream.behave(breaksOff('Once upon a time'));
    const stream = await client.responses.create({ ...ASK, stream: true });
    const read = async () => {
      for await (const _ of stream);
    };
    expect((await errorOf(read())).message).toContain('broke off');
  });

  it('does not repeat what was tried in vain', async () => {
    upstream.behave(fails(503, { message: 'down' }));
    claude.behave(anthropicError(529, 'overloaded_error', 'Overloaded'));
    const error = await errorOf(client.responses.create(ASK));
    expect(error).toMatchObject({ status: 503, code: 'degraded' });
    expect(upstream.calls.length + claude.calls.length).toBe(2);
  });

  it('throws its own kinds of error for faults that are found here', async () => {
    const stranger = new OpenAI({ apiKey: 'sk-wrong', baseURL: `${gateway.url}/v1` });
    expect(await errorOf(stranger.responses.create(ASK))).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(await errorOf(client.responses.create({ ...ASK, model: 'nope' }))).toBeInstanceOf(
      OpenAI.NotFoundError,
    );
    expect(await errorOf(client.responses.retrieve('resp_1'))).toBeInstanceOf(OpenAI.NotFoundError);
    const background = await errorOf(client.responses.create({ ...ASK, background: true }));
    expect(background).toMatchObject({ status: 400, param: 'background' });
  });
});
