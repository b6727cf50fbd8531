import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anthropicError,
  BEGIN,
  END_OF_BLOCK,
  end,
  says,
  TEXT_BLOCK,
  text,
} from '#test/support/fake-anthropic.ts';
import { answers, FakeUpstream, replies, streams } from '#test/support/fake-upstream.ts';
import { KEY, TestGateway } from './support.ts';

/** What Claude Code's documented protocol for gateways asks for, as it stands on the wire. */

let upstream: FakeUpstream;
let gateway: TestGateway;
beforeAll(async () => {
  upstream = await FakeUpstream.start(says('Hi'));
  gateway = await TestGateway.start({
    targets: { primary: { origin: upstream.origin, kind: 'anthropic', model: 'claude-sonnet-4-5' } },
    aliases: ['claude-sonnet-4-5-20250929', 'anthropic/claude'],
    policy: { retry: { maxPerTarget: 0 } },
  });
});
afterAll(async () => {
  await gateway.worker.stop();
  await upstream.close();
});

const HEADERS = {
  authorization: '',
  'x-api-key': KEY,
  'anthropic-version': '2023-06-01',
  'anthropic-beta': 'claude-code-20250219,interleaved-thinking-2025-05-14,some-future-thing-2027-01-01',
  'x-claude-code-session-id': 'session-1',
};
const BODY = {
  model: 'claude-sonnet-4-5-20250929',
  max_tokens: 32_000,
  stream: true,
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=3; cch=00000;' },
    { type: 'text', text: 'You are Claude Code.', cache_control: { type: 'ephemeral' } },
  ],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  thinking: { type: 'enabled', budget_tokens: 31_999 },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  metadata: { user_id: 'user_1' },
  a_field_of_tomorrow: { kept: 1.0 },
};

describe('the gateway protocol', () => {
  it('answers HEAD / without a key', async () => {
    const response = await fetch(gateway.url, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.redirected).toBe(false);
  });

  it('takes a message whatever the query says, and hands betas, version and body on as they are', async () => {
    upstream.behave(streams(BEGIN, TEXT_BLOCK, text('Hi'), END_OF_BLOCK, end()));
    const response = await gateway.call('/v1/messages?beta=true', BODY, HEADERS);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const events = await response.text();
    const call = upstream.calls.at(-1);
    expect(call?.body).toBe(JSON.stringify(BODY).replace(BODY.model, 'claude-sonnet-4-5'));
    expect(call?.headers['anthropic-beta']).toBe(HEADERS['anthropic-beta']);
    expect(call?.headers['anthropic-version']).toBe('2023-06-01');
    expect(JSON.stringify(call?.headers)).not.toContain(KEY);
    const names = [...events.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
    expect(names).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events).not.toContain('[DONE]');
  });

  it('hands the bytes of an error about the request on unchanged, but for the object that says who was asked', async () => {
    const words = 'messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_01';
    const body = `{"type": "error", "error": {"type":"invalid_request_error","message":${JSON.stringify(words)}},"request_id":"req_1"}`;
    upstream.behave(replies(400, body, { 'content-type': 'application/json; charset=utf-8' }));
    const response = await gateway.call('/v1/messages?beta=true', BODY, HEADERS);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('request-id')).toBe(response.headers.get('x-switchyard-request-id'));
    const got = await response.text();
    expect(got.replace(/"switchyard":\{.*?\},(?="type")/, '')).toBe(body);
    expect(JSON.parse(got).switchyard).toMatchObject({ flow: 'chat', attempts: 1 });
  });

  it('counts tokens, or says in the right words that nobody here can', async () => {
    upstream.behave(replies(200, '{"input_tokens":42}'));
    const { stream: _, max_tokens: __, ...counted } = BODY;
    const response = await gateway.call('/v1/messages/count_tokens?beta=true', counted, HEADERS);
    expect(await response.json()).toMatchObject({ input_tokens: 42 });
    const other = await FakeUpstream.start(answers('Hi'));
    const without = await TestGateway.start({
      targets: { primary: { origin: other.origin, kind: 'openai' } },
    });
    const refused = await without.call('/v1/messages/count_tokens', { ...counted, model: 'chat' }, HEADERS);
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({
      type: 'error',
      error: {
        type: 'not_found_error',
        message: expect.stringContaining('No target of the flow "chat" can count'),
      },
    });
    expect(other.calls).toHaveLength(0);
    await without.worker.stop();
    await other.close();
  });

  it('asks the target that can count, wherever it stands in the chain', async () => {
    const first = await FakeUpstream.start(answers('Hi'));
    const second = await FakeUpstream.start(replies(200, '{"input_tokens":7}'));
    const mixed = await TestGateway.start({
      targets: {
        first: { origin: first.origin, kind: 'openai' },
        second: { origin: second.origin, kind: 'anthropic' },
      },
      policy: { mode: 'quality' },
    });
    const body = { model: 'chat', messages: BODY.messages };
    const response = await mixed.call('/v1/messages/count_tokens', body, HEADERS);
    expect(await response.json()).toMatchObject({
      input_tokens: 7,
      switchyard: { servedBy: { target: 'second' }, degraded: false },
    });
    expect(first.calls).toHaveLength(0);
    await mixed.worker.stop();
    await Promise.all([first.close(), second.close()]);
  });

  it('lists aliases that begin with claude or anthropic as models of their own', async () => {
    const response = await gateway.get('/v1/models?limit=1000', {
      'x-api-key': KEY,
      'anthropic-version': '2023-06-01',
    });
    const { data, has_more } = await response.json();
    const ids = data.map(({ id }: { id: string }) => id);
    expect(ids.filter((id: string) => /^(claude|anthropic)/.test(id))).toEqual([
      'claude-sonnet-4-5-20250929',
      'anthropic/claude',
    ]);
    expect(has_more).toBe(false);
    const model = await gateway.get('/v1/models/anthropic%2Fclaude', { 'x-api-key': KEY });
    expect(await model.json()).toMatchObject({ id: 'anthropic/claude' });
  });

  it("speaks Anthropic's dialect where it refuses by itself", async () => {
    const wrong = { ...HEADERS, 'x-api-key': 'sk-ant-wrong' };
    for (const [path, body, status, type] of [
      ['/v1/messages?beta=true', BODY, 401, 'authentication_error'],
      ['/v1/messages/batches', BODY, 501, 'api_error'],
      ['/v1/files', BODY, 501, 'api_error'],
      ['/v1/nothing', BODY, 404, 'not_found_error'],
    ] as const) {
      const response = await gateway.call(path, body, wrong);
      expect(response.status).toBe(status);
      expect(response.headers.get('x-should-retry')).toBe('false');
      const id = response.headers.get('request-id');
      expect(await response.json()).toMatchObject({ type: 'error', error: { type }, request_id: id });
    }
  });

  it('never says 401 or 403 for a key that is not the client’s, so that it does not fetch a new one', async () => {
    for (const status of [401, 403]) {
      upstream.behave(anthropicError(status, 'permission_error', 'no'));
      const response = await gateway.call('/v1/messages', BODY, HEADERS);
      expect(response.status).toBe(502);
      expect(response.headers.get('x-should-retry')).toBe('false');
      gateway.tell({ type: 'clear-cooldown', commandId: 'c', target: 'primary' });
    }
  });
});
