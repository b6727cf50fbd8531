import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATION_IDS, operation } from '#lib/contract/operations.ts';
import { setupToken } from '#lib/runtime/control-setup.ts';
import { call, routeFiles } from './call.ts';
import { type ControlUnderTest, ORIGIN, startControl } from './control-under-test.ts';

let control: ControlUnderTest;
let cookie: string;

const person = { name: 'Ada', email: 'Ada@Example.com', password: 'correct horse' };
const json = { 'content-type': 'application/json', origin: ORIGIN };

beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function signIn(
  email: string,
  password: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return control.runtime.auth(
    new Request(`${ORIGIN}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { ...json, 'x-switchyard-client-ip': '192.0.2.1', ...headers },
      body: JSON.stringify({ email, password }),
    }),
  );
}

describe('set-up', () => {
  test('a start prints a one-time link while nobody exists, the same after a restart of this process', async () => {
    expect(control.lines.join('\n')).toContain(`${ORIGIN}/setup?token=`);
    expect(await control.runtime.needsSetup()).toBe(true);
    expect(await setupToken(control.parts.system)).toBe(control.setupToken);
  });

  test('a wrong token makes nobody', async () => {
    const refused = await call('/api/setup', {
      method: 'POST',
      as: 'nobody',
      body: { ...person, token: 'wrong' },
    });
    expect(refused.status).toBe(403);
    expect(await control.runtime.needsSetup()).toBe(true);
  });

  test('a password of nine characters is refused before the token is looked at', async () => {
    const body = { ...person, password: '123456789', token: control.setupToken };
    const refused = await call('/api/setup', { method: 'POST', as: 'nobody', body });
    expect(refused.status).toBe(422);
    expect((await refused.json()).error.issues[0].path).toBe('password');
  });

  test('another site cannot spend the link', async () => {
    const refused = await call('/api/setup', {
      method: 'POST',
      as: 'nobody',
      body: { ...person, token: control.setupToken },
      headers: { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' },
    });
    expect(refused.status).toBe(403);
  });

  test('the link makes the first administrator once, even when it is used twice at the same time', async () => {
    const body = { ...person, token: control.setupToken };
    const answers = await Promise.all([
      call('/api/setup', { method: 'POST', as: 'nobody', body }),
      call('/api/setup', { method: 'POST', as: 'nobody', body: { ...body, email: 'eve@example.com' } }),
    ]);
    const made = answers.filter((answer) => answer.status === 201);
    expect(made).toHaveLength(1);
    cookie = made.map(cookieOf).join();
    expect(await control.parts.store.users.list()).toHaveLength(1);
    const later = await call('/api/setup', {
      method: 'POST',
      as: 'nobody',
      body: { ...body, email: 'x@example.com' },
    });
    expect([403, 409]).toContain(later.status);
  });

  test('it signs in, with a cookie that scripts cannot read and other sites do not get', async () => {
    const status = await call('/api/v1/status', { as: { cookie } });
    expect((await status.json()).user).not.toBeNull();
    const { password } = person;
    const [user] = await control.parts.store.users.list();
    const set = (await signIn(user?.email ?? '', password)).headers.getSetCookie().join();
    expect(set).toContain('HttpOnly');
    expect(set).toContain('SameSite=Lax');
  });
});

describe('who may call', () => {
  const closed = OPERATION_IDS.filter((id) => operation(id).auth === 'required');

  test.each(closed)('%s is closed without a session or token', async (id) => {
    const { method, path } = operation(id);
    const where = path.replaceAll('{scope}', 'target').replaceAll(/\{\w+\}/g, 'x');
    const response = await call(where, { method, as: 'nobody' });
    expect(response.status).toBe(401);
    expect((await response.json()).error.code).toBe('unauthenticated');
  });

  test('an unknown path says nothing to strangers, anywhere under /api', async () => {
    const rest = (await routeFiles()).find((file) => file.path === '/api/[[...rest]]');
    const handler = rest?.handlers.GET;
    if (typeof handler !== 'function') throw new Error('no fallback route');
    const response: Response = await handler(new Request(`${ORIGIN}/api/v1/secret`));
    expect(response.status).toBe(401);
  });

  test.each(['', 'Bearer', 'Bearer nope', `Bearer an-admin-token-for-test`, 'Basic YTpi'])(
    'the token "%s" is not taken for the right one',
    async (authorization) => {
      const response = await call('/api/v1/status', { as: 'nobody', headers: { authorization } });
      expect(response.status).toBe(401);
    },
  );

  test("a proxy's own password beside the cookie does not sign anybody out", async () => {
    const headers = { authorization: 'Basic YTpi' };
    expect((await call('/api/v1/status', { as: { cookie }, headers })).status).toBe(200);
  });

  test.each(['sign-in/email', 'sign-out'])('a stranger cannot fill the memory through %s', async (path) => {
    const response = await control.runtime.auth(
      new Request(`${ORIGIN}/api/auth/${path}`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ email: 'x'.repeat(100_000), password: 'x' }),
      }),
    );
    expect(response.status).toBe(413);
  });

  test('nor through set-up', async () => {
    const body = { ...person, token: 'x'.repeat(100_000) };
    expect((await call('/api/setup', { method: 'POST', as: 'nobody', body })).status).toBe(413);
  });

  test('a forged cookie is nobody', async () => {
    const forged = 'switchyard.session_token=abc.def';
    expect((await call('/api/v1/status', { as: { cookie: forged } })).status).toBe(401);
  });
});

describe('changes by cookie', () => {
  const reset = '/api/v1/breakers/target/gpt-4o-us/reset';
  const from = (headers: Record<string, string>) => call(reset, { method: 'POST', as: { cookie }, headers });

  test('come from pages of this dashboard only', async () => {
    expect((await from({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await from({ origin: ORIGIN })).status).toBe(200);
    expect((await from({ origin: 'http://localhost:3000' })).status).toBe(200);
    const refused = [
      await from({}),
      await from({ 'sec-fetch-site': 'cross-site' }),
      await from({ 'sec-fetch-site': 'same-site', origin: ORIGIN }),
      await from({ origin: 'http://evil.example' }),
      await from({ origin: 'null' }),
    ];
    expect(refused.map((response) => response.status)).toEqual([403, 403, 403, 403, 403]);
  });

  test('never travel as a form', async () => {
    const response = await call('/api/v1/api-keys', {
      method: 'POST',
      as: { cookie },
      headers: { 'sec-fetch-site': 'same-origin' },
      raw: { type: 'text/plain', text: '{"name":"x"}' },
    });
    expect(response.status).toBe(415);
  });

  test('name the person in the audit', async () => {
    await from({ origin: ORIGIN });
    const { items } = await (await call('/api/v1/audit?limit=1')).json();
    expect(items[0]).toMatchObject({ action: 'breaker.reset', via: 'dashboard' });
    expect(items[0].by).toMatch(/^user:.+@example\.com$/);
  });
});

describe('sign-in', () => {
  test('nobody can sign up', async () => {
    const response = await control.runtime.auth(
      new Request(`${ORIGIN}/api/auth/sign-up/email`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ ...person, email: 'eve@example.com' }),
      }),
    );
    expect(response.status).toBe(400);
    expect(await control.parts.store.users.list()).toHaveLength(1);
  });

  test('another site cannot sign its visitor in', async () => {
    const response = await signIn(person.email, person.password, { origin: 'http://evil.example' });
    expect(response.status).toBe(403);
  });

  test('the sixth attempt within a minute on one person waits, and says how long; others are not kept out', async () => {
    const wrong = () =>
      signIn('victim@example.com', 'wrong password', { 'x-switchyard-client-ip': '192.0.2.7' });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await wrong()).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401]);
    const sixth = await wrong();
    expect(sixth.status).toBe(429);
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0);
    const elsewhere = await signIn('victim@example.com', 'wrong password', {
      'x-switchyard-client-ip': '192.0.2.8',
    });
    expect(elsewhere.status).toBe(401);
  });

  test('after signing out the cookie is worth nothing, at once', async () => {
    const [user] = await control.parts.store.users.list();
    const own = cookieOf(
      await signIn(user?.email ?? '', person.password, { 'x-switchyard-client-ip': '192.0.2.9' }),
    );
    expect((await call('/api/v1/status', { as: { cookie: own } })).status).toBe(200);
    await control.runtime.auth(
      new Request(`${ORIGIN}/api/auth/sign-out`, {
        method: 'POST',
        headers: { ...json, cookie: own },
        body: '{}',
      }),
    );
    expect((await call('/api/v1/status', { as: { cookie: own } })).status).toBe(401);
  });
});
