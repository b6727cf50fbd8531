import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { providerSchema } from '#lib/contract/config.ts';
import { policySchema } from '#lib/contract/policy.ts';
import { createApiKey } from '#lib/control/api-key/create.ts';
import { ensurePlaygroundKey } from '#lib/control/api-key/internal.ts';
import { listApiKeys } from '#lib/control/api-key/list.ts';
import { removeApiKey } from '#lib/control/api-key/remove.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { createFlow } from '#lib/control/flow/create.ts';
import { getFlow } from '#lib/control/flow/get.ts';
import { removeFlow } from '#lib/control/flow/remove.ts';
import { replaceFlowChain } from '#lib/control/flow/replace-chain.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { createProvider } from '#lib/control/provider/create.ts';
import { getProvider } from '#lib/control/provider/get.ts';
import { listProviders } from '#lib/control/provider/list.ts';
import { removeProvider } from '#lib/control/provider/remove.ts';
import { updateProvider } from '#lib/control/provider/update.ts';
import { getSettings } from '#lib/control/settings/get.ts';
import { updateSettings } from '#lib/control/settings/update.ts';
import { createTarget } from '#lib/control/target/create.ts';
import { getTarget } from '#lib/control/target/get.ts';
import { removeTarget } from '#lib/control/target/remove.ts';
import { updateTarget } from '#lib/control/target/update.ts';
import { ANTHROPIC_KEY, openExample, present, refusalOf, type Workspace } from './workspace.ts';

const reason = 'as the runbook says';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const auditText = async () => JSON.stringify(await listAudit({ ctx: workspace.ctx, input: { limit: 200 } }));
const snapshot = () => present(workspace.published.at(-1));

describe('providers', () => {
  const openai = {
    slug: 'openai',
    name: 'OpenAI',
    kind: 'openai' as const,
    credential: { apiKey: 'sk-secret-openai-1234' },
    endpoints: [{ slug: 'global', baseUrl: 'https://api.openai.com' }],
  };

  it('a stored key reaches the gateway and is neither shown nor audited', async () => {
    const { ctx } = workspace;
    const view = await createProvider({ ctx, input: openai });
    expect(view).toMatchObject({ slug: 'openai', credential: { stored: true }, problems: [], version: 1 });
    expect(present(snapshot().providers.at(-1)).endpoints[0]?.credential).toBe('sk-secret-openai-1234');
    expect(JSON.stringify(await listProviders({ ctx }))).not.toContain('secret');
    expect(await auditText()).not.toContain('sk-secret-openai-1234');
    expect(await auditText()).not.toContain(ANTHROPIC_KEY);
    expect(JSON.stringify(await workspace.store.providers.list())).not.toContain('sk-secret-openai-1234');
  });

  it('say in words which variable is not set, and stop saying it once it is', async () => {
    const { ctx, env } = workspace;
    const before = await getProvider({ ctx, input: { slug: 'azure' } });
    expect(before.problems).toEqual([
      'azure.us-east: AZURE_US_KEY is not set.',
      'azure.sweden: AZURE_EU_KEY is not set.',
    ]);
    env.AZURE_US_KEY = 'us';
    env.AZURE_EU_KEY = 'eu';
    const after = await getProvider({ ctx, input: { slug: 'azure' } });
    expect(after.problems).toEqual([]);
    expect(after.endpoints[0]?.credential).toEqual({ env: 'AZURE_US_KEY', present: true });
  });

  it('never take a secret of the product’s own for their key', () => {
    for (const env of ['SWITCHYARD_SECRET', 'SWITCHYARD_ADMIN_TOKEN']) {
      const { error } = providerSchema.safeParse({ ...openai, credential: { env } });
      expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['credential.env']);
      expect(error?.issues[0]?.message).toContain('must not be sent to a provider');
    }
  });

  it('without any credential say so, unless they are a server of one’s own', async () => {
    const { ctx } = workspace;
    const bare = await createProvider({ ctx, input: { ...openai, credential: undefined } });
    expect(bare.problems[0]).toContain('No credential for openai.global');
    const own = await createProvider({
      ctx,
      input: { ...openai, slug: 'own', kind: 'openai-compatible', credential: undefined },
    });
    expect(own.problems).toEqual([]);
  });

  it('a name is taken once', async () => {
    const refusal = await refusalOf(
      createProvider({ ctx: workspace.ctx, input: { ...openai, slug: 'azure' } }),
    );
    expect(refusal).toMatchObject({ code: 'already_exists', issues: [{ path: 'slug' }] });
  });

  it('a stale save is refused with the row as it is now, and changes nothing', async () => {
    const { ctx } = workspace;
    await updateProvider({ ctx, input: { slug: 'azure', expectedVersion: 1, patch: { name: 'Azure' } } });
    const refusal = await refusalOf(
      updateProvider({ ctx, input: { slug: 'azure', expectedVersion: 1, patch: { name: 'Other' } } }),
    );
    expect(refusal).toMatchObject({ code: 'stale_version', current: { name: 'Azure', version: 2 } });
    expect((await getProvider({ ctx, input: { slug: 'azure' } })).name).toBe('Azure');
  });

  it('of two saves that read the same version exactly one wins', async () => {
    const { ctx } = workspace;
    const save = (name: string) =>
      updateProvider({ ctx, input: { slug: 'azure', expectedVersion: 1, patch: { name } } });
    const outcomes = await Promise.allSettled([save('One'), save('Two'), save('Three')]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('cannot be removed, nor lose an endpoint, while a target uses it; the refusal names the target', async () => {
    const { ctx } = workspace;
    const whole = await refusalOf(removeProvider({ ctx, input: { slug: 'anthropic', expectedVersion: 1 } }));
    expect(whole.code).toBe('in_use');
    expect(whole.message).toContain('"claude"');
    const endpoints = [{ slug: 'sweden', baseUrl: 'https://example-sweden.openai.azure.com' }];
    const part = await refusalOf(
      updateProvider({ ctx, input: { slug: 'azure', expectedVersion: 1, patch: { endpoints } } }),
    );
    expect(part.code).toBe('in_use');
    expect(part.message).toContain('"gpt-us"');
  });

  it('a change that says what is there already is no change', async () => {
    const { ctx } = workspace;
    const published = workspace.published.length;
    const view = await updateProvider({
      ctx,
      input: {
        slug: 'anthropic',
        expectedVersion: 1,
        patch: { name: 'Anthropic', credential: { apiKey: ANTHROPIC_KEY } },
      },
    });
    expect(view.version).toBe(1);
    expect(workspace.published).toHaveLength(published);
  });

  it('faults of the input come with paths in the input', async () => {
    const refusal = await refusalOf(
      createProvider({
        ctx: workspace.ctx,
        input: { ...openai, endpoints: [...openai.endpoints, ...openai.endpoints] },
      }),
    );
    expect(refusal.issues).toMatchObject([{ path: 'endpoints.1.slug' }]);
  });
});

describe('targets', () => {
  it('are shown with their place, their flows and the breaker settings in force', async () => {
    const { ctx } = workspace;
    await updateTarget({
      ctx,
      input: { slug: 'gpt-us', expectedVersion: 1, patch: { breaker: { openSeconds: 7 } } },
    });
    expect(await getTarget({ ctx, input: { slug: 'gpt-us' } })).toMatchObject({
      providerName: 'Azure OpenAI',
      endpointId: 'azure.us-east',
      region: 'eastus2',
      modelFamily: 'gpt-4o',
      breaker: { openSeconds: 7 },
      effectiveBreaker: { openSeconds: 7, maxOpenSeconds: 30, consecutiveFailures: 5 },
      flows: ['support-chat', 'nightly-classify'],
      version: 2,
    });
    expect(snapshot().targets[1]?.breaker.openSeconds).toBe(7);
  });

  it('need a provider and an endpoint that exist', async () => {
    const input = {
      slug: 'x',
      provider: 'azure',
      endpoint: 'moon',
      model: 'm',
      enabled: true,
      metricsOnly: false,
    };
    const refusal = await refusalOf(createTarget({ ctx: workspace.ctx, input }));
    expect(refusal.issues).toEqual([
      { path: 'endpoint', message: 'Provider "azure" has no endpoint "moon"; it has: us-east, sweden.' },
    ]);
  });

  it('a breaker setting that could never recover, once merged, is refused', async () => {
    const patch = { breaker: { maxOpenSeconds: 2 } };
    const refusal = await refusalOf(
      updateTarget({ ctx: workspace.ctx, input: { slug: 'claude', expectedVersion: 1, patch } }),
    );
    expect(refusal.issues[0]?.path).toBe('breaker.maxOpenSeconds');
  });

  it('null takes a value away, what is absent stays', async () => {
    const { ctx } = workspace;
    const patch = { deployment: null, capabilities: null };
    const view = await updateTarget({ ctx, input: { slug: 'gpt-us', expectedVersion: 1, patch } });
    expect(view).toMatchObject({ deployment: null, capabilities: null, contextWindow: 128000 });
  });

  it('cannot be removed while a chain has them; the refusal names the flows', async () => {
    const refusal = await refusalOf(
      removeTarget({ ctx: workspace.ctx, input: { slug: 'claude', expectedVersion: 1 } }),
    );
    expect(refusal.code).toBe('in_use');
    expect(refusal.message).toContain('"support-chat"');
    expect(refusal.message).toContain('"nightly-classify"');
  });
});

describe('flows', () => {
  it('show how each target stands to the primary, disabled targets included', async () => {
    const { ctx } = workspace;
    await updateTarget({ ctx, input: { slug: 'claude', expectedVersion: 1, patch: { enabled: false } } });
    const flow = await getFlow({ ctx, input: { slug: 'support-chat' } });
    expect(flow.chain.map(({ role }) => role)).toEqual(['disabled', 'primary', 'alternate']);
  });

  it('a new chain is published at once as a new version; the old version stays as it was', async () => {
    const { ctx, store } = workspace;
    const chain = ['gpt-eu', 'claude'].map((target) => ({ target, enabled: target === 'gpt-eu' }));
    const view = await replaceFlowChain({
      ctx,
      input: { slug: 'support-chat', expectedVersion: 1, chain, reason: 'try another order' },
    });
    expect(view).toMatchObject({ publishedVersion: 2, version: 2, publishedBy: 'user:ana@example.com' });
    expect(snapshot().flows[0]).toMatchObject({
      version: 2,
      chain: [{ target: 'gpt-eu' }, { target: 'claude', enabled: false }],
    });
    const versions = await store.prisma.flowVersion.findMany({
      where: { flowSlug: 'support-chat' },
      orderBy: { number: 'asc' },
    });
    expect(versions.map(({ number, chain: of }) => [number, JSON.stringify(of).includes('gpt-us')])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('a patch changes one part of the policy and leaves the rest', async () => {
    const { ctx } = workspace;
    const view = await updateFlow({
      ctx,
      input: {
        slug: 'support-chat',
        expectedVersion: 1,
        patch: { policy: { badge: { on: false } }, reason },
      },
    });
    expect(view.policy).toMatchObject({
      mode: 'mixed',
      badge: { on: false, text: 'Answered by backup model' },
    });
    expect(view.publishedVersion).toBe(2);
  });

  it('a patch whose parts contradict each other is refused with its path', async () => {
    const patch = { policy: { timeouts: { firstTokenSeconds: 60, totalSeconds: 30 } }, reason };
    const refusal = await refusalOf(
      updateFlow({ ctx: workspace.ctx, input: { slug: 'support-chat', expectedVersion: 1, patch } }),
    );
    expect(refusal.issues[0]?.path).toBe('policy.timeouts.firstTokenSeconds');
  });

  it('a name or alias that another flow has is refused', async () => {
    const { ctx } = workspace;
    const input = {
      slug: 'claude-support',
      name: 'X',
      aliases: [],
      chain: [{ target: 'claude', enabled: true }],
      policy: policySchema.parse({}),
    };
    expect((await refusalOf(createFlow({ ctx, input }))).issues).toEqual([
      { path: 'slug', message: '"claude-support" already names the flow "support-chat".' },
    ]);
    const patch = { aliases: ['support-chat'] };
    const refusal = await refusalOf(
      updateFlow({ ctx, input: { slug: 'nightly-classify', expectedVersion: 1, patch } }),
    );
    expect(refusal.issues[0]?.path).toBe('aliases.0');
  });

  it('an alias that a later flow has is a fault of the one that asks for it', async () => {
    const { ctx } = workspace;
    const later = { slug: 'nightly-classify', expectedVersion: 1, patch: { aliases: ['classify'] } };
    await updateFlow({ ctx, input: later });
    const input = { slug: 'support-chat', expectedVersion: 1, patch: { aliases: ['mine', 'classify'] } };
    expect((await refusalOf(updateFlow({ ctx, input }))).issues).toEqual([
      { path: 'aliases.1', message: '"classify" already names the flow "nightly-classify".' },
    ]);
  });

  it('cannot be removed while a key has it as its default; the refusal names the key', async () => {
    const { ctx } = workspace;
    const key = await createApiKey({ ctx, input: { name: 'web backend', defaultFlow: 'support-chat' } });
    const remove = () => removeFlow({ ctx, input: { slug: 'support-chat', expectedVersion: 1 } });
    const refusal = await refusalOf(remove());
    expect(refusal.code).toBe('in_use');
    expect(refusal.message).toContain('"web backend"');
    await removeApiKey({ ctx, input: { id: key.id } });
    await remove();
    expect(snapshot().flows.map(({ slug }) => slug)).toEqual(['nightly-classify']);
  });
});

describe('API keys', () => {
  it('are shown once; what stays is a hash that the gateway can check', async () => {
    const { ctx } = workspace;
    const created = await createApiKey({ ctx, input: { name: 'web', defaultFlow: null } });
    expect(created.key).toMatch(/^sy_[A-Za-z0-9_-]{43}$/);
    expect(snapshot().apiKeys[0]).toMatchObject({
      id: created.id,
      sha256: createHash('sha256').update(created.key).digest('hex'),
      use: 'application',
    });
    const everything = JSON.stringify(await listApiKeys({ ctx })) + (await auditText());
    expect(everything).not.toContain(created.key);
    expect(everything).not.toContain(present(snapshot().apiKeys[0]).sha256);
  });

  it('a removed key is gone from the gateway', async () => {
    const { ctx } = workspace;
    const { id } = await createApiKey({ ctx, input: { name: 'web', defaultFlow: null } });
    await removeApiKey({ ctx, input: { id } });
    expect(snapshot().apiKeys).toEqual([]);
    expect((await refusalOf(removeApiKey({ ctx, input: { id } }))).code).toBe('not_found');
  });

  it('a default flow must exist', async () => {
    const refusal = await refusalOf(
      createApiKey({ ctx: workspace.ctx, input: { name: 'x', defaultFlow: 'nobody' } }),
    );
    expect(refusal.issues[0]?.path).toBe('defaultFlow');
  });

  it("the playground's own key stays the same, is not listed and cannot be removed", async () => {
    const { ctx } = workspace;
    const key = await ensurePlaygroundKey({ ctx });
    expect(await ensurePlaygroundKey({ ctx })).toBe(key);
    expect(await listApiKeys({ ctx })).toEqual([]);
    const row = present(snapshot().apiKeys.find(({ use }) => use === 'playground'));
    expect(row.sha256).toBe(createHash('sha256').update(key).digest('hex'));
    expect((await refusalOf(removeApiKey({ ctx, input: { id: row.id } }))).code).toBe('not_found');
    expect(JSON.stringify(await workspace.store.settings.get('playgroundKey'))).not.toContain(key);
  });
});

describe('settings', () => {
  it('are versioned and reach every target that does not differ', async () => {
    const { ctx } = workspace;
    const before = await getSettings({ ctx });
    const breaker = { ...before.breaker, openSeconds: 20 };
    const saved = await updateSettings({
      ctx,
      input: { expectedVersion: before.version, patch: { breaker } },
    });
    expect(saved.version).toBe(before.version + 1);
    expect(snapshot().targets.every((target) => target.breaker.openSeconds === 20)).toBe(true);
    const refusal = await refusalOf(
      updateSettings({ ctx, input: { expectedVersion: before.version, patch: { breaker } } }),
    );
    expect(refusal).toMatchObject({ code: 'stale_version', current: { version: saved.version } });
  });

  it('are refused when a target’s own settings no longer fit', async () => {
    const { ctx } = workspace;
    await updateTarget({
      ctx,
      input: { slug: 'claude', expectedVersion: 1, patch: { breaker: { maxOpenSeconds: 15 } } },
    });
    const { breaker, version } = await getSettings({ ctx });
    const refusal = await refusalOf(
      updateSettings({
        ctx,
        input: { expectedVersion: version, patch: { breaker: { ...breaker, openSeconds: 20 } } },
      }),
    );
    expect(refusal.issues[0]?.path).toBe('targets.0.breaker.maxOpenSeconds');
  });
});

it('a change stands while the gateway is away', async () => {
  const { ctx, gatewayDown } = workspace;
  gatewayDown.reason = 'no worker';
  await updateFlow({ ctx, input: { slug: 'support-chat', expectedVersion: 1, patch: { name: 'Helpdesk' } } });
  expect((await getFlow({ ctx, input: { slug: 'support-chat' } })).name).toBe('Helpdesk');
});
