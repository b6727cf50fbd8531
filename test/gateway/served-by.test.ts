import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { switchyardObjectSchema } from '#lib/contract/served-by.ts';
import {
  answers,
  type Behaviour,
  chunk,
  DONE,
  FakeUpstream,
  fails,
  ROLE,
  STOP,
  streams,
} from '#test/support/fake-upstream.ts';
import { DEMO_KEY, eventsOf, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const DOWN = fails(500, { message: 'down' });
const BADGE: PolicyInput = {
  badge: { on: true, text: 'Answered by backup model' },
  retry: { maxPerTarget: 0 },
};

async function setUp(
  primaryDoes: Behaviour,
  backupDoes: Behaviour,
  policy: PolicyInput,
  family = 'other-family',
) {
  const primary = await FakeUpstream.start(primaryDoes);
  const backup = await FakeUpstream.start(backupDoes);
  const gateway = await TestGateway.start({
    targets: {
      primary: { origin: primary.origin, family: 'big-model' },
      second: { origin: backup.origin, family },
    },
    policy,
  });
  open.push({ close: () => gateway.worker.stop() }, primary, backup);
  return { primary, backup, gateway };
}

/** The object of an answer, checked against the contract. */
function objectOf(body: unknown) {
  const holder: unknown =
    typeof body === 'object' && body !== null && 'switchyard' in body ? body.switchyard : null;
  return switchyardObjectSchema.parse(holder);
}

describe('the served-by contract', () => {
  it('names the primary in headers and body', async () => {
    const { gateway } = await setUp(answers('Hi'), DOWN, BADGE);
    const response = await gateway.chat({});
    const id = response.headers.get('x-switchyard-request-id');
    expect(response.headers.get('x-request-id')).toBe(id);
    expect(response.headers.get('x-switchyard-flow')).toBe('chat');
    expect(response.headers.get('x-switchyard-served-by')).toBe('p-primary/main/primary-model');
    expect(response.headers.get('x-switchyard-attempts')).toBe('1');
    expect(response.headers.get('x-switchyard-degraded')).toBe('false');
    expect(response.headers.get('x-switchyard-degraded-reason')).toBeNull();
    expect(objectOf(await response.json())).toEqual({
      requestId: id,
      flow: 'chat',
      servedBy: { target: 'primary', provider: 'p-primary', endpoint: 'main', model: 'primary-model' },
      attempts: 1,
      degraded: false,
      degradedReason: null,
    });
  });

  for (const stream of [true, false]) {
    it(`marks a backup model's answer degraded, with reason and badge (stream: ${stream})`, async () => {
      const good = stream ? streams(ROLE, chunk({ content: 'Hi' }), STOP, DONE) : answers('Hi');
      const { gateway } = await setUp(DOWN, good, BADGE);
      const response = await gateway.chat({ stream });
      expect(response.headers.get('x-switchyard-degraded')).toBe('true');
      expect(response.headers.get('x-switchyard-degraded-reason')).toBe('server_error');
      expect(response.headers.get('x-switchyard-served-by')).toBe('p-second/main/second-model');
      expect(response.headers.get('x-switchyard-badge')).toBe('Answered%20by%20backup%20model');
      expect(response.headers.get('x-switchyard-badge-language')).toBe('en');
      const body = stream ? eventsOf(await response.text())[0] : await response.json();
      expect(objectOf(body)).toMatchObject({
        servedBy: { target: 'second' },
        attempts: 2,
        degraded: true,
        degradedReason: 'server_error',
        badge: 'Answered by backup model',
        badgeLanguage: 'en',
      });
    });
  }

  it('shows no badge when the flow has it off', async () => {
    const { gateway } = await setUp(DOWN, answers('Hi'), { retry: { maxPerTarget: 0 } });
    const switchyard = objectOf(await (await gateway.chat({})).json());
    expect(switchyard.degraded).toBe(true);
    expect(switchyard).not.toHaveProperty('badge');
  });

  it('serves an alternate undegraded and without a badge, and keeps the reason in the record', async () => {
    const { gateway } = await setUp(DOWN, answers('Hi'), BADGE, 'big-model');
    const response = await gateway.chat({});
    const switchyard = objectOf(await response.json());
    expect(switchyard).toMatchObject({
      degraded: false,
      degradedReason: null,
      servedBy: { target: 'second' },
    });
    expect(switchyard).not.toHaveProperty('badge');
    const record = await gateway.record(switchyard.requestId);
    expect(record).toMatchObject({ outcome: 'alternate', reason: 'server_error', badge: false });
  });
});

describe('a graceful refusal', () => {
  const refusing = (as: 'error' | 'message', mode: 'quality' | 'mixed' = 'quality'): PolicyInput => ({
    mode,
    badge: { on: true },
    degraded: { as, message: 'Please come back in a minute.', retryAfterSeconds: 12 },
    retry: { maxPerTarget: 0 },
  });

  it('is a 503 that clients do not retry, marked degraded', async () => {
    const { gateway, backup } = await setUp(DOWN, answers('Hi'), refusing('error'));
    const response = await gateway.chat({ stream: true });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(response.headers.get('x-switchyard-degraded')).toBe('true');
    expect(response.headers.get('x-switchyard-served-by')).toBeNull();
    const body = await response.json();
    expect(body).toMatchObject({
      error: {
        message: 'Please come back in a minute.',
        type: 'degraded',
        code: 'degraded',
        param: null,
        status: 'degraded',
      },
    });
    expect(objectOf(body)).toMatchObject({ servedBy: null, degraded: true, degradedReason: 'server_error' });
    expect(objectOf(body)).not.toHaveProperty('badge');
    expect(backup.calls).toHaveLength(0);
    expect((await gateway.record(response.headers.get('x-request-id'))).outcome).toBe('refused');
  });

  it('may be a normal assistant message, streamed or not, marked degraded', async () => {
    const { gateway } = await setUp(DOWN, answers('Hi'), refusing('message'));
    const whole = await (await gateway.chat({})).json();
    expect(whole).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'Please come back in a minute.' } }],
    });
    expect(objectOf(whole)).toMatchObject({ degraded: true, servedBy: null });
    const response = await gateway.chat({ stream: true });
    expect(response.status).toBe(200);
    const events = eventsOf(await response.text());
    expect(objectOf(events[0])).toMatchObject({ degraded: true, servedBy: null });
    expect(events.at(-1)).toBe('DONE');
    expect(JSON.stringify(events)).toContain('Please come back in a minute.');
  });

  it('follows the stakes of the request in a mixed flow', async () => {
    const { gateway } = await setUp(DOWN, answers('Hi'), refusing('error', 'mixed'));
    expect((await gateway.chat({}, { 'x-switchyard-stakes': 'high' })).status).toBe(503);
    expect((await gateway.chat({}, { 'x-switchyard-stakes': 'low' })).status).toBe(200);
    const wrong = await gateway.chat({}, { 'x-switchyard-stakes': 'medium' });
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(await wrong.json())).toContain('high');
  });
});

describe('what nobody can serve', () => {
  it("passes the caller's own fault on, as the provider put it", async () => {
    const tooLong = fails(400, {
      message: 'This is too long.',
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      param: 'messages',
    });
    const { gateway, backup } = await setUp(tooLong, answers('Hi'), {});
    const response = await gateway.chat({});
    expect(response.status).toBe(400);
    expect(response.headers.get('x-should-retry')).toBe('false');
    const body = await response.json();
    expect(body).toMatchObject({
      error: { code: 'context_length_exceeded', type: 'invalid_request_error', message: 'This is too long.' },
    });
    expect(objectOf(body)).toMatchObject({ attempts: 1, servedBy: null, degraded: false });
    expect(backup.calls).toHaveLength(0);
    expect((await gateway.record(response.headers.get('x-request-id'))).outcome).toBe('caller_error');
  });

  it('names the field at fault as the provider did, and makes up no code', async () => {
    const bad = { message: 'Too hot.', type: 'invalid_request_error', param: 'temperature', code: null };
    const { gateway } = await setUp(fails(400, bad), answers('Hi'), {});
    const { error } = await (await gateway.chat({})).json();
    expect(error).toEqual(bad);
  });

  it('says 502 when only the operator can help, and never 401', async () => {
    const refused = fails(401, {
      message: 'Incorrect API key provided: sk-provider-secret-7777',
      code: 'invalid_api_key',
    });
    const { gateway } = await setUp(refused, refused, {});
    const response = await gateway.chat({});
    expect(response.status).toBe(502);
    expect(response.headers.get('x-should-retry')).toBe('false');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'upstream_error', code: 'upstream_auth' } });
    expect(text).not.toContain('secret-7777');
  });
});

it("the demo's traffic is marked as simulated", async () => {
  const { gateway } = await setUp(answers('Hi'), DOWN, {});
  const demo = await gateway.chat({}, { authorization: `Bearer ${DEMO_KEY}` });
  const real = await gateway.chat({});
  expect((await gateway.record(demo.headers.get('x-request-id'))).simulated).toBe(true);
  expect((await gateway.record(real.headers.get('x-request-id'))).simulated).toBe(false);
});
