import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policySchema } from '#lib/contract/policy.ts';
import { type CallOptions, call } from './call.ts';
import { type ControlUnderTest, startControl } from './control-under-test.ts';

let control: ControlUnderTest;
beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

const FLOW = '/api/v1/flows/support-chat';
const DRAFT = `${FLOW}/draft`;
const reason = 'a reason of enough words';

const etagOf = async (path: string) => (await call(path)).headers.get('etag') ?? '';
/** A call that names the version which a GET of `of` has. */
async function send(method: string, path: string, of: string, body: unknown, options: CallOptions = {}) {
  const headers = { 'if-match': await etagOf(of), ...options.headers };
  const response = await call(path, { method, body, ...options, headers });
  const answer = response.status === 204 ? null : await response.json();
  return { status: response.status, etag: response.headers.get('etag'), answer, error: answer?.error };
}
async function draftOf(targets: string[], policy: object = {}) {
  const { publishedVersion } = await (await call(FLOW)).json();
  return { chain: targets, policy, basedOn: publishedVersion };
}
const putDraft = async (targets: string[], policy: object = {}, options: CallOptions = {}) =>
  send('PUT', DRAFT, DRAFT, await draftOf(targets, policy), options);
const published = async () => (await call(FLOW)).json();

describe('drafts over HTTP', () => {
  test('begin at version 0, which a save names like any other', async () => {
    expect(await etagOf(DRAFT)).toBe('"0"');
    const saved = await putDraft(['gpt-4o-us']);
    expect(saved.status).toBe(200);
    expect(saved.answer.draft.policy).toEqual(policySchema.parse({}));
    expect(saved.etag).toBe(`"${saved.answer.draft.version}"`);
    expect(await (await call(DRAFT)).json()).toEqual(saved.answer);
    expect((await (await call('/api/v1/flows')).json()).items[0]).toMatchObject({ hasDraft: true });
  });

  test('are not saved without If-Match', async () => {
    const response = await call(DRAFT, { method: 'PUT', body: await draftOf(['gpt-4o-us']) });
    expect(response.status).toBe(428);
  });

  test.each([
    ['a policy that contradicts itself', [], { timeouts: { firstTokenSeconds: 60, totalSeconds: 30 } }],
    ['a field that no policy has', [], { moode: 'quality' }],
    ['a target that there is not', ['gpt-9'], {}],
  ])('with %s are refused by path, and nothing of them is kept', async (_what, more, policy) => {
    const before = await (await call(DRAFT)).json();
    const { status, error } = await putDraft(['gpt-4o-us', ...more], policy);
    expect(status).toBe(422);
    const path = more.length > 0 ? 'chain.1' : /^policy/;
    expect(error.issues).toEqual([{ path: expect.stringMatching(path), message: expect.any(String) }]);
    expect(await (await call(DRAFT)).json()).toEqual(before);
  });

  test('that are stale are refused with the current one', async () => {
    const { error, status } = await putDraft(['gpt-4o-us'], {}, { headers: { 'if-match': '"0"' } });
    expect(status).toBe(409);
    expect(error.code).toBe('stale_version');
    expect(error.current).toEqual((await (await call(DRAFT)).json()).draft);
  });

  test('thrown away leave nothing', async () => {
    expect((await send('DELETE', DRAFT, DRAFT, undefined)).status).toBe(204);
    expect(await (await call(DRAFT)).json()).toEqual({ draft: null, version: 0 });
    expect((await send('DELETE', DRAFT, DRAFT, undefined)).status).toBe(404);
  });
});

describe('publishing over HTTP', () => {
  test('needs a reason, whichever way it goes', async () => {
    const draftVersion = (await putDraft(['gpt-4o-us'])).answer.version;
    const ways: [string, string, object][] = [
      ['POST', `${FLOW}/publish`, { draftVersion }],
      ['POST', `${FLOW}/versions/1/rollback`, {}],
      ['PUT', `${FLOW}/chain`, { chain: ['gpt-4o-us'] }],
      ['PATCH', FLOW, { policy: { buffer: true } }],
    ];
    for (const [method, path, body] of ways) {
      for (const given of [{}, { reason: 'too short' }]) {
        const { status, error } = await send(method, path, FLOW, { ...body, ...given });
        expect([path, status, error.issues.map((issue: { path: string }) => issue.path)]).toEqual([
          path,
          422,
          ['reason'],
        ]);
      }
    }
    expect(await published()).toMatchObject({ publishedVersion: 1, hasDraft: true });
  });

  test('puts the draft in force, lists it with what it changed, and an earlier version comes back in one step', async () => {
    const first = await published();
    const { draft } = await (await call(DRAFT)).json();
    const body = { draftVersion: draft.version, reason };
    const done = await send('POST', `${FLOW}/publish`, FLOW, body);
    expect(done.status).toBe(200);
    expect(done.etag).toBe(`"${done.answer.version}"`);
    expect(done.answer).toMatchObject({ publishedVersion: 2, hasDraft: false });
    expect((await send('POST', `${FLOW}/publish`, FLOW, body)).status).toBe(404);

    const { items } = await (await call(`${FLOW}/versions?limit=1`)).json();
    expect(items).toEqual([expect.objectContaining({ number: 2, live: true, reason })]);
    expect(items[0].changes).toEqual(draft.changes);

    const back = await send('POST', `${FLOW}/versions/1/rollback`, FLOW, { reason });
    expect(back.answer).toMatchObject({ publishedVersion: 3, chain: first.chain, policy: first.policy });
    expect(control.gateway.snapshot?.flows.find(({ slug }) => slug === 'support-chat')?.version).toBe(3);
    expect((await send('POST', `${FLOW}/versions/3/rollback`, FLOW, { reason })).error.code).toBe('conflict');
    expect((await call(`${FLOW}/versions/0`)).status).toBe(422);
    expect((await call(`${FLOW}/versions/9`)).status).toBe(404);
  });
});
