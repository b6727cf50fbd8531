import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { jwtVerify } from 'jose';
import { Agent } from 'undici';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Failure } from '#lib/engine/types.ts';
import { type AuthorizeDeps, authorize } from '#lib/gateway/authorize.ts';
import { GoogleTokens } from '#lib/gateway/google-token.ts';
import type { UpstreamRequest, UpstreamTarget } from '#lib/wire/types.ts';
import { type Behaviour, FakeUpstream } from '#test/support/fake-upstream.ts';
import { settled, VirtualClock } from '#test/support/virtual-clock.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const KEYS = `AKIAIOSFODNN7EXAMPLE:${SECRET}`;
const HOST = 'bedrock-runtime.us-east-1.amazonaws.com';
const PATH = '/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse';
const BODY = '{"messages":[]}';

const target = (more: Partial<UpstreamTarget> = {}): UpstreamTarget => ({
  kind: 'bedrock',
  baseUrl: `https://${HOST}`,
  region: null,
  model: 'anthropic.claude-3-haiku-20240307-v1:0',
  deployment: null,
  credential: KEYS,
  adapter: null,
  ...more,
});

const request = (more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  url: `https://${HOST}${PATH}`,
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: BODY,
  dialect: 'bedrock-converse',
  notes: [],
  authorization: 'aws-sigv4',
  ...more,
});

const agent = new Agent();
afterAll(() => agent.close());

/** What `authorize` needs, for an attempt that may last as long as it is told. */
function deps(clock: VirtualClock, more: Partial<AuthorizeDeps['attempt']> = {}): AuthorizeDeps {
  const tokens = new GoogleTokens({ clock, dispatcher: () => agent });
  const attempt = {
    signal: new AbortController().signal,
    firstTokenBy: Infinity,
    deadlineAt: 2_000_000,
    ...more,
  };
  return { clock, tokens, attempt };
}

/** AWS's Signature Version 4, step by step as its documentation has it. */
function signatureOf(
  headers: Record<string, string>,
  date: string,
  { method = 'POST', path = PATH, body = BODY } = {},
): string {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const names = Object.keys(headers).sort();
  const canonical = [
    method,
    path.replaceAll('%', '%25'),
    '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    sha256(body),
  ].join('\n');
  const scope = `${date.slice(0, 8)}/us-east-1/bedrock/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = ['us-east-1', 'bedrock', 'aws4_request'].reduce(hmac, hmac(`AWS4${SECRET}`, date.slice(0, 8)));
  const signature = hmac(key, toSign).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

describe('a request to AWS', () => {
  const clock = new VirtualClock(1_000_000, Date.UTC(2015, 7, 30, 12, 36, 0));

  it('is signed as AWS documents it, over the encoded path, the host and the body', async () => {
    const sent = request();
    expect(await authorize(sent, target(), deps(clock))).toBeNull();
    const signed = {
      'content-type': 'application/json',
      host: HOST,
      'x-amz-content-sha256': createHash('sha256').update(BODY).digest('hex'),
      'x-amz-date': '20150830T123600Z',
    };
    expect(sent.headers.authorization).toBe(signatureOf(signed, '20150830T123600Z'));
    expect(sent.headers).toMatchObject({ 'x-amz-date': '20150830T123600Z', accept: 'application/json' });
    expect(sent.headers).not.toHaveProperty('host');
    expect(JSON.stringify(sent)).not.toContain(SECRET);
  });

  it('that asks for a list is signed as a GET, without a content type', async () => {
    const host = 'bedrock.us-east-1.amazonaws.com';
    const path = '/foundation-models';
    const sent = {
      url: `https://${host}${path}`,
      method: 'GET' as const,
      headers: {} as Record<string, string>,
      body: '',
      authorization: 'aws-sigv4' as const,
    };
    expect(await authorize(sent, target(), deps(clock))).toBeNull();
    const signed = {
      host,
      'x-amz-content-sha256': createHash('sha256').update('').digest('hex'),
      'x-amz-date': '20150830T123600Z',
    };
    const expected = signatureOf(signed, '20150830T123600Z', { method: 'GET', path, body: '' });
    expect(sent.headers.authorization).toBe(expected);
  });

  it('has the same signature for the same date, key and request', async () => {
    const sent = request();
    await authorize(sent, target(), deps(clock));
    expect(sent.headers.authorization).toMatch(
      /Signature=a28555846d39bb0dedb9216fb6bbd663f3735c20539454635754ebc13ccdc36b$/,
    );
  });

  it('carries the session of a temporary key, signed as well', async () => {
    const sent = request();
    expect(await authorize(sent, target({ credential: `${KEYS}:FwoGZXIvYXdz==` }), deps(clock))).toBeNull();
    expect(sent.headers['x-amz-security-token']).toBe('FwoGZXIvYXdz==');
    expect(sent.headers.authorization).toContain('x-amz-security-token');
  });

  it('signs bytes as it signs text, and another body differently', async () => {
    const signatures = [BODY, Buffer.from(BODY), '{}'].map(async (body) => {
      const sent = request({ body });
      await authorize(sent, target(), deps(clock));
      return sent.headers.authorization;
    });
    const [text, bytes, other] = await Promise.all(signatures);
    expect(bytes).toBe(text);
    expect(other).not.toBe(text);
  });

  it.each([
    ['cannot be read', target({ credential: 'AKIAIOSFODNN7EXAMPLE' }), 'auth'],
    ['is missing', target({ credential: null }), 'auth'],
    ['comes without a region', target({ baseUrl: 'https://proxy.test' }), 'model_not_found'],
  ])('whose credential %s is not sent, in words without it', async (_how, to, cls) => {
    const failure = await authorize(request(), to, deps(clock));
    expect(failure).toMatchObject({ class: cls });
    expect(failure?.message).not.toContain('AKIA');
  });
});

describe('a request that needs nothing', () => {
  it('is sent at once', () => {
    expect(authorize(request({ authorization: null }), target(), deps(new VirtualClock()))).toBeNull();
  });
});

describe('a request to Vertex with a service account', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const upstreams: FakeUpstream[] = [];
  afterEach(async () => {
    for (const upstream of upstreams.splice(0)) await upstream.close();
  });

  const gives =
    (json: object, status = 200): Behaviour =>
    ({ response }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    };
  let tokens = 0;
  const token: Behaviour = (call) => {
    tokens += 1;
    return gives({ access_token: `ya29.token-${tokens}`, expires_in: 3600, token_type: 'Bearer' })(call);
  };

  async function endpoint(...behaviours: Behaviour[]): Promise<FakeUpstream> {
    const upstream = await FakeUpstream.start(...behaviours);
    upstreams.push(upstream);
    return upstream;
  }
  const account = (origin: string, more: object = {}) =>
    target({
      kind: 'vertex',
      baseUrl: 'https://europe-west4-aiplatform.googleapis.com',
      model: 'gemini-2.5-pro',
      credential: JSON.stringify({
        type: 'service_account',
        project_id: 'acme',
        private_key_id: 'kid-1',
        private_key: pem,
        client_email: 'gateway@acme.iam.gserviceaccount.com',
        token_uri: `${origin}/token`,
        ...more,
      }),
    });
  const call = () => request({ authorization: 'google-oauth', headers: {} });

  it('gets a token for a claim that the account has signed', async () => {
    const upstream = await endpoint(token);
    const clock = new VirtualClock();
    const sent = call();
    expect(await authorize(sent, account(upstream.origin), deps(clock))).toBeNull();
    expect(sent.headers.authorization).toBe(`Bearer ya29.token-${tokens}`);
    const form = new URLSearchParams(upstream.calls[0]?.body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', publicKey, {
      issuer: 'gateway@acme.iam.gserviceaccount.com',
      audience: `${upstream.origin}/token`,
      currentDate: new Date(clock.wall()),
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: 'kid-1' });
    expect(payload.scope).toBe('https://www.googleapis.com/auth/cloud-platform');
    expect(clock.pending).toBe(0);
  });

  it('shares one exchange with every request that waits for it, and uses its token until a minute before its end', async () => {
    const upstream = await endpoint(token);
    const clock = new VirtualClock();
    const shared = { ...deps(clock), attempt: { ...deps(clock).attempt, deadlineAt: Infinity } };
    const to = account(upstream.origin);
    const first = [call(), call(), call()];
    expect(await Promise.all(first.map((one) => authorize(one, to, shared)))).toEqual([null, null, null]);
    expect(upstream.calls).toHaveLength(1);
    clock.skip(3_539_000);
    const later = call();
    expect(authorize(later, to, shared)).toBeNull();
    expect(later.headers.authorization).toBe(first[0]?.headers.authorization);
    clock.skip(1_000);
    const renewed = call();
    expect(await authorize(renewed, to, shared)).toBeNull();
    expect(upstream.calls).toHaveLength(2);
    expect(renewed.headers.authorization).not.toBe(later.headers.authorization);
  });

  it('never gets the token of another account', async () => {
    const upstream = await endpoint(token);
    const shared = deps(new VirtualClock());
    const [one, other] = [call(), call()];
    await authorize(one, account(upstream.origin), shared);
    await authorize(
      other,
      account(upstream.origin, { client_email: 'other@acme.iam.gserviceaccount.com' }),
      shared,
    );
    expect(one.headers.authorization).not.toBe(other.headers.authorization);
  });

  async function failing(behaviour: Behaviour, more: object = {}): Promise<Failure | null> {
    const upstream = await endpoint(behaviour);
    return authorize(call(), account(upstream.origin, more), deps(new VirtualClock()));
  }

  it('that Google refuses fails as a matter of its credential, with what to do and without the key', async () => {
    const said = { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' };
    const failure = await failing(gives(said, 400));
    expect(failure).toMatchObject({ class: 'auth', code: 'invalid_grant' });
    expect(failure?.message).toContain('Invalid JWT Signature.');
    expect(failure?.message).toContain('clock');
    expect(failure?.message).not.toContain('PRIVATE');
  });

  it('whose private key is none fails before anything is sent', async () => {
    const upstream = await endpoint(token);
    const broken = account(upstream.origin, { private_key: '-----BEGIN PRIVATE KEY-----\nnonsense\n' });
    const failure = await authorize(call(), broken, deps(new VirtualClock()));
    expect(failure).toMatchObject({ class: 'auth', code: 'unreadable_private_key' });
    expect(failure?.message).not.toContain('nonsense');
    expect(upstream.calls).toHaveLength(0);
  });

  it.each<[string, Behaviour]>([
    ['is failing', gives({ error: 'internal_failure' }, 503)],
    ['throttles', gives({ error: 'rate_limit' }, 429)],
    ['sends elsewhere', gives({}, 302)],
    ['answers without a token', gives({ id_token: 'x' })],
    ['answers with what is no header', gives({ access_token: 'two\nlines' })],
    ['hangs up', ({ response }) => void response.socket?.destroy()],
    ['never stops talking', ({ response }) => void response.writeHead(200).end('x'.repeat(200_000))],
  ])('whose token endpoint %s fails as a matter of the connection', async (_how, behaviour) => {
    expect(await failing(behaviour)).toMatchObject({
      class: 'connection',
      connect: true,
      code: 'token_endpoint',
    });
  });

  it('tries anew after a failure', async () => {
    const upstream = await endpoint(gives({}, 500), token);
    const shared = deps(new VirtualClock());
    expect(await authorize(call(), account(upstream.origin), shared)).toMatchObject({ class: 'connection' });
    expect(await authorize(call(), account(upstream.origin), shared)).toBeNull();
  });

  it('gives up on a silent token endpoint after ten seconds', async () => {
    const upstream = await endpoint(() => {});
    const clock = new VirtualClock();
    const asked = upstream.nextCall();
    const waiting = Promise.resolve(authorize(call(), account(upstream.origin), deps(clock)));
    await asked;
    await clock.advance(10_000);
    expect(await waiting).toMatchObject({ class: 'connection', message: expect.stringContaining('10 s') });
    expect(clock.pending).toBe(0);
  });

  it('stops waiting when its attempt is over, and lets others go on', async () => {
    let answer = () => {};
    const upstream = await endpoint((received) => {
      answer = () => void token(received);
    });
    const clock = new VirtualClock();
    const shared = deps(clock);
    const to = account(upstream.origin);
    const waits = (more: Partial<AuthorizeDeps['attempt']>) =>
      Promise.resolve(authorize(call(), to, { ...shared, attempt: { ...shared.attempt, ...more } }));
    const leaving = new AbortController();
    const gone = new AbortController();
    gone.abort();
    const asked = upstream.nextCall();
    const results = [
      waits({ signal: leaving.signal }),
      waits({ signal: gone.signal }),
      waits({ firstTokenBy: clock.now() + 1_000 }),
      waits({ deadlineAt: clock.now() + 2_000 }),
    ];
    const patient = waits({});
    await asked;
    leaving.abort();
    await clock.advance(2_000);
    expect(await Promise.all(results)).toMatchObject([
      { class: 'client_abort' },
      { class: 'client_abort' },
      { class: 'timeout', timeout: 'first_token' },
      { class: 'timeout', timeout: 'deadline' },
    ]);
    answer();
    expect(await patient).toBeNull();
    await settled();
    expect(clock.pending).toBe(0);
    expect(upstream.calls).toHaveLength(1);
  });
});
