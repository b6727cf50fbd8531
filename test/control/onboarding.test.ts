import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Onboarding,
  type OnboardingInput,
  onboardingSchema,
  providerTestSchema,
} from '#lib/contract/onboarding.ts';
import type { TestResult } from '#lib/contract/test-call.ts';
import { onboardProvider } from '#lib/control/provider/onboard.ts';
import { testProvider } from '#lib/control/provider/test.ts';
import { testTarget } from '#lib/control/target/test.ts';
import type { Failure } from '#lib/engine/types.ts';
import { ANTHROPIC_KEY, openExample, PASSED, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const failed = (failure: Partial<Failure>): TestResult => ({
  ...PASSED,
  ok: false,
  failure: { class: 'auth', status: null, code: null, message: 'No.', retryAfterMs: null, ...failure },
});

const draft = { kind: 'openai', baseUrl: 'https://api.openai.com' } as const;
const tryIt = (input: object) => testProvider({ ctx: workspace.ctx, input: providerTestSchema.parse(input) });

describe('a test of a provider', () => {
  it('that is not stored is made with the key that was given, or with the one in a variable', async () => {
    await tryIt({ ...draft, credential: { apiKey: 'sk-new' } });
    workspace.env.OPENAI_API_KEY = 'sk-from-env';
    await tryIt({ ...draft, credential: { env: 'OPENAI_API_KEY' }, model: 'gpt-4o' });
    expect(workspace.testCalls).toEqual([
      { ...draft, region: null, credential: 'sk-new', model: null, deployment: null },
      { ...draft, region: null, credential: 'sk-from-env', model: 'gpt-4o', deployment: null },
    ]);
  });

  it('of a stored one uses its stored key, its endpoint and that endpoint’s own key', async () => {
    workspace.env.AZURE_EU_KEY = 'azure-eu';
    await tryIt({ provider: 'anthropic' });
    await tryIt({ provider: 'azure', endpoint: 'sweden' });
    await tryIt({ provider: 'azure', endpoint: 'sweden', credential: { apiKey: 'another' } });
    expect(workspace.testCalls.map(({ baseUrl, credential }) => [baseUrl, credential])).toEqual([
      ['https://api.anthropic.com', ANTHROPIC_KEY],
      ['https://example-sweden.openai.azure.com', 'azure-eu'],
      ['https://example-sweden.openai.azure.com', 'another'],
    ]);
  });

  it('is refused before anything is sent when there is no key to send', async () => {
    const unset = await refusalOf(tryIt({ ...draft, credential: { env: 'NOT_SET' } }));
    expect(unset.issues).toEqual([
      { path: 'credential', message: expect.stringContaining('NOT_SET is not set') },
    ]);
    const stored = await refusalOf(tryIt({ ...draft, credential: { stored: true } }));
    expect(stored.issues[0]?.path).toBe('credential');
    const missing = await refusalOf(tryIt({ provider: 'azure' }));
    expect(missing.issues).toEqual([{ path: 'credential', message: 'AZURE_US_KEY is not set.' }]);
    expect((await refusalOf(tryIt({ provider: 'nobody' }))).code).toBe('not_found');
    expect(workspace.testCalls).toEqual([]);
  });

  it('wants a stored provider or a new one, not half of each', () => {
    const paths = (input: object) =>
      providerTestSchema.safeParse(input).error?.issues.map(({ path }) => path.join('.'));
    expect(paths({})).toEqual(['kind', 'baseUrl']);
    expect(paths({ provider: 'azure', kind: 'openai' })).toEqual(['provider']);
    expect(paths({ ...draft, endpoint: 'main' })).toEqual(['endpoint']);
  });

  it.each<[Partial<Failure>, string | null, RegExp]>([
    [{ class: 'auth', status: 401 }, 'credential', /^api\.openai\.com refused the key \(401\)/],
    [{ class: 'permission', status: 403 }, 'credential', /does not let it list models \(403\)/],
    [{ class: 'quota_exhausted', status: 429 }, 'credential', /no credit or quota left \(429\)/],
    [{ class: 'provider_access_denied', status: 403 }, 'region', /does not serve this country/],
    [{ class: 'rate_limited', status: 429 }, null, /not taking more calls just now/],
    [{ class: 'model_not_found', status: 404 }, 'baseUrl', /no list of models at this address/],
    [{ class: 'protocol_violation', status: 200 }, 'baseUrl', /not as api\.openai\.com would/],
    [{ class: 'protocol_violation', status: 301 }, 'baseUrl', /sends callers elsewhere/],
    [{ class: 'connection', code: 'ENOTFOUND' }, 'baseUrl', /no host "api\.openai\.com"/],
    [{ class: 'connection', code: 'ECONNREFUSED' }, 'baseUrl', /Nothing listens at api\.openai\.com/],
    [{ class: 'connection', code: 'CERT_HAS_EXPIRED' }, 'baseUrl', /No trusted TLS connection/],
    [{ class: 'timeout', timeout: 'first_token' }, 'baseUrl', /did not answer within 10 s/],
    [{ class: 'auth', code: 'unreadable_credential', message: 'Not a key.' }, 'credential', /^Not a key\.$/],
    [
      { class: 'model_not_found', code: 'incomplete_endpoint', message: 'No AWS region is known.' },
      'region',
      /No AWS region/,
    ],
    [{ class: 'model_not_found', code: 'no_list', message: 'Name a model.' }, 'model', /Name a model/],
  ])('says of %o where to mend it, in words', async (failure, field, words) => {
    workspace.testAnswers.push(failed(failure));
    const { ok, failure: told } = await tryIt({ ...draft, credential: { apiKey: 'sk-new' } });
    expect(ok).toBe(false);
    expect(told).toMatchObject({ class: failure.class, field });
    expect(told?.message).toMatch(words);
    expect(told?.said).toBe(failure.status === undefined ? null : 'No.');
  });

  it('speaks of the model where one was asked', async () => {
    workspace.testAnswers.push(failed({ class: 'model_not_found', status: 404 }));
    const { failure } = await tryIt({ ...draft, model: 'gpt-9' });
    expect(failure).toMatchObject({ field: 'model', message: expect.stringContaining('no model "gpt-9"') });
  });
});

describe('a test of a target', () => {
  it('is made by the gateway', async () => {
    const { ctx } = workspace;
    expect(await testTarget({ ctx, input: { slug: 'claude' } })).toMatchObject({ ok: true, counted: true });
    expect(workspace.commands).toEqual(['test claude']);
    expect((await refusalOf(testTarget({ ctx, input: { slug: 'nobody' } }))).code).toBe('not_found');
  });
});

const NEW: OnboardingInput = {
  provider: {
    slug: 'openai',
    name: 'OpenAI',
    kind: 'openai',
    credential: { apiKey: 'sk-real-0123456789' },
    endpoints: [{ slug: 'global', baseUrl: 'https://api.openai.com' }],
  },
  targets: [
    { slug: 'gpt-4o', endpoint: 'global', model: 'gpt-4o', prices: { input: 2.5, output: 10 } },
    { slug: 'gpt-4o-mini', endpoint: 'global', model: 'gpt-4o-mini' },
  ],
  flow: { slug: 'assistant', name: 'Assistant', chain: ['gpt-4o', 'gpt-eu', 'claude'] },
};

const onboard = (input: OnboardingInput) => {
  const parsed: Onboarding = onboardingSchema.parse(input);
  return onboardProvider({ ctx: workspace.ctx, input: parsed });
};

describe('a provider with its targets and a flow', () => {
  it('is created in one step, and told to the gateway once', async () => {
    workspace.published.length = 0;
    const made = await onboard(NEW);
    expect(made.provider).toMatchObject({ slug: 'openai', credential: { stored: true }, overlap: null });
    expect(made.targets.map(({ slug, prices }) => [slug, prices])).toEqual([
      ['gpt-4o', { input: 2.5, output: 10 }],
      ['gpt-4o-mini', null],
    ]);
    expect(made.flow?.chain.map(({ target, role }) => [target, role])).toEqual([
      ['gpt-4o', 'primary'],
      ['gpt-eu', 'alternate'],
      ['claude', 'backup'],
    ]);
    expect(workspace.published).toHaveLength(1);
    expect(workspace.published[0]?.flows.some(({ slug }) => slug === 'assistant')).toBe(true);
    expect(workspace.announced.slice(-4).map(({ action }) => action)).toEqual([
      'provider.create',
      'target.create',
      'target.create',
      'flow.create',
    ]);
    expect(JSON.stringify(workspace.announced)).not.toContain('sk-real-0123456789');
  });

  it('may come without a flow, and without targets', async () => {
    const made = await onboard({ provider: NEW.provider, targets: [] });
    expect(made).toMatchObject({ targets: [], flow: null });
  });

  it.each<[string, Partial<OnboardingInput>, string]>([
    ['a slug that a provider has', { provider: { ...NEW.provider, slug: 'azure' } }, 'provider.slug'],
    [
      'a slug that a target has',
      { targets: [{ slug: 'claude', endpoint: 'global', model: 'x' }, ...NEW.targets] },
      'targets.0.slug',
    ],
    [
      'an endpoint that is not there',
      { targets: [...NEW.targets, { slug: 'lost', endpoint: 'mars', model: 'x' }] },
      'targets.2.endpoint',
    ],
    [
      'a name that is a flow’s',
      { flow: { slug: 'support-chat', name: 'Support', chain: ['gpt-4o'] } },
      'flow.slug',
    ],
    [
      'a name that is a flow’s alias',
      { flow: { slug: 'claude-support', name: 'Support', chain: ['gpt-4o'] } },
      'flow.slug',
    ],
    [
      'an alias that is a flow’s',
      { flow: { slug: 'new', name: 'New', aliases: ['claude-support'], chain: ['gpt-4o'] } },
      'flow.aliases.0',
    ],
    [
      'a target that is not there',
      { flow: { slug: 'new', name: 'New', chain: ['gpt-4o', 'nobody'] } },
      'flow.chain.1',
    ],
  ])('with %s saves nothing of it, and says where', async (_, differs, path) => {
    const before = await workspace.store.providers.list();
    workspace.published.length = 0;
    const refusal = await refusalOf(onboard({ ...NEW, ...differs }));
    expect(refusal.code).toBe('invalid');
    expect(refusal.issues.map((issue) => issue.path)).toContain(path);
    expect(await workspace.store.providers.list()).toEqual(before);
    expect((await workspace.store.targets.list()).some(({ slug }) => slug === 'gpt-4o')).toBe(false);
    expect(workspace.published).toEqual([]);
  });
});
