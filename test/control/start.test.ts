import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { policySchema } from '#lib/contract/policy.ts';
import { createApiKey } from '#lib/control/api-key/create.ts';
import { ensurePlaygroundKey, readDemoKey } from '#lib/control/api-key/internal.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { applyConfigFile } from '#lib/control/config/apply-file.ts';
import { exportConfig } from '#lib/control/config/export.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { removeDemo } from '#lib/control/demo/remove.ts';
import { seedDemo } from '#lib/control/demo/seed.ts';
import { getDemoStatus } from '#lib/control/demo/status.ts';
import { createFlow } from '#lib/control/flow/create.ts';
import { listFlows } from '#lib/control/flow/list.ts';
import { replaceFlowChain } from '#lib/control/flow/replace-chain.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { createProvider } from '#lib/control/provider/create.ts';
import { listProviders } from '#lib/control/provider/list.ts';
import { createFirstAdmin } from '#lib/control/setup/create-first-admin.ts';
import { issueSetupToken } from '#lib/control/setup/issue-token.ts';
import { createTarget } from '#lib/control/target/create.ts';
import { listTargets } from '#lib/control/target/list.ts';
import { exampleConfig, openWorkspace, present, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
let system: ControlContext;
beforeEach(async () => {
  workspace = await openWorkspace();
  system = { ...workspace.ctx, actor: { kind: 'system' }, via: 'config-file' };
});
afterEach(() => workspace.close());

const apply = (text: string) => applyConfigFile({ ctx: system, input: { text, name: 'switchyard.yaml' } });
const fileWith = (name: string) => {
  const config = exampleConfig();
  present(config.flows?.[0]).name = name;
  return stringify(config);
};

describe('a configuration file', () => {
  it('in the documented form is accepted, comments and shorthands included', async () => {
    const text = `
settings:
  breaker: { consecutiveFailures: 5, failureRate: 0.5, slowRate: 0.8, minimumCalls: 20, windowSeconds: 60, openSeconds: 10, maxOpenSeconds: 30, probeSuccesses: 2 }
providers:
  - slug: anthropic
    name: Anthropic
    kind: anthropic
    credential: { env: ANTHROPIC_API_KEY }       # or a key
    endpoints:
      - { slug: global, region: global, baseUrl: "https://api.anthropic.com" }
  - slug: azure
    name: Azure OpenAI
    kind: azure-openai
    endpoints:
      - { slug: us-east, region: eastus2, baseUrl: "https://example-eastus2.openai.azure.com", credential: { env: AZURE_US_KEY } }
      - { slug: sweden, region: swedencentral, baseUrl: "https://example-sweden.openai.azure.com", credential: { env: AZURE_EU_KEY } }
targets:
  - { slug: claude, provider: anthropic, endpoint: global, model: claude-sonnet-4-5, contextWindow: 200000, capabilities: [tools, vision, json-schema, prefill] }
  - { slug: gpt-us, provider: azure, endpoint: us-east, model: gpt-4o, deployment: chat-us, contextWindow: 128000, capabilities: [tools, vision, json-schema] }
  - { slug: gpt-eu, provider: azure, endpoint: sweden, model: gpt-4o, contextWindow: 128000, capabilities: [tools, vision, json-schema] }
flows:
  - slug: support-chat
    name: Support chat
    aliases: [claude-support]
    chain:
      - claude
      - { target: gpt-us, adapter: { systemSuffix: "Answer in at most five sentences." } }
      - { target: gpt-eu, enabled: true }
    policy:
      mode: mixed
      defaultStakes: low
      badge: { on: true, text: "Answered by backup model" }
      degraded: { as: error, message: "Try again in a moment.", retryAfterSeconds: 30 }
      timeouts: { firstTokenSeconds: 15, idleSeconds: 30, totalSeconds: 120 }
      retry: { maxPerTarget: 2, maxAttempts: 5 }
  - slug: nightly-classify
    name: Nightly classification
    chain: [gpt-eu, gpt-us, claude]
    policy: { mode: availability, badge: { on: false } }
`;
    expect((await apply(text)).outcome).toBe('applied');
    const flows = await listFlows({ ctx: system });
    expect(flows.map(({ chain }) => chain.map(({ role }) => role))).toEqual([
      ['primary', 'backup', 'backup'],
      ['primary', 'alternate', 'backup'],
    ]);
  });

  it('that has not changed is not applied again', async () => {
    await apply(fileWith('A'));
    const published = workspace.published.length;
    expect(await apply(fileWith('A'))).toEqual({ outcome: 'unchanged' });
    expect(workspace.published).toHaveLength(published);
  });

  it('that has changed is applied as long as nobody has edited since', async () => {
    await apply(fileWith('A'));
    await createApiKey({ ctx: workspace.ctx, input: { name: 'web', defaultFlow: null } });
    await ensurePlaygroundKey({ ctx: system });
    expect((await apply(fileWith('B'))).outcome).toBe('applied');
    expect((await listFlows({ ctx: system }))[0]?.name).toBe('B');
  });

  it('does not overwrite an edit', async () => {
    await apply(fileWith('A'));
    const edit = { slug: 'support-chat', expectedVersion: 1, patch: { name: 'By hand' } };
    await updateFlow({ ctx: workspace.ctx, input: edit });
    for (const name of ['A', 'B']) expect(await apply(fileWith(name))).toEqual({ outcome: 'kept' });
    expect((await listFlows({ ctx: system }))[0]?.name).toBe('By hand');
  });

  it('is the one in force again once the edits say what it says', async () => {
    await apply(fileWith('A'));
    await replaceConfig({ ctx: workspace.ctx, input: { document: parse(fileWith('B')) } });
    expect(await apply(fileWith('B'))).toEqual({ outcome: 'unchanged' });
    expect((await apply(fileWith('C'))).outcome).toBe('applied');
    expect((await listFlows({ ctx: system }))[0]?.name).toBe('C');
  });

  it('replaces an untouched demo and takes its traffic key away', async () => {
    await seedDemo({ ctx: system, input: { config: exampleConfig() } });
    const config = { ...exampleConfig(), flows: [] };
    present(config.providers?.[0]).endpoints = [{ slug: 'global', baseUrl: 'https://real.example.com' }];
    present(config.providers?.[1]).slug = 'azure2';
    for (const target of config.targets?.slice(1) ?? []) target.provider = 'azure2';
    expect((await apply(stringify(config))).outcome).toBe('applied');
    expect((await listProviders({ ctx: system })).map(({ simulated }) => simulated)).toEqual([false, false]);
    expect(await readDemoKey({ ctx: system })).toBeNull();
    expect(await getDemoStatus({ ctx: system })).toEqual({ seeded: false, fresh: false });
  });

  it('that cannot be read changes nothing and is refused in one sentence', async () => {
    const broken = await refusalOf(apply('flows: [\n  - nonsense: {'));
    expect(broken.message).toMatch(/^switchyard\.yaml is neither YAML nor JSON: [^\n]+$/);
    const faulty = await refusalOf(apply(fileWith('A').replace('- claude\n', '- nobody\n')));
    expect(faulty.issues[0]?.path).toBe('flows.0.chain.0');
    expect(await listProviders({ ctx: system })).toEqual([]);
  });
});

describe('the demo', () => {
  it('marks everything as simulated and gives its traffic a key that survives a restart', async () => {
    expect(await getDemoStatus({ ctx: system })).toEqual({ seeded: false, fresh: true });
    const { apiKey } = await seedDemo({ ctx: system, input: { config: exampleConfig() } });
    expect((await listProviders({ ctx: system })).every(({ simulated }) => simulated)).toBe(true);
    expect((await listTargets({ ctx: system })).every(({ simulated }) => simulated)).toBe(true);
    expect((await listFlows({ ctx: system })).every(({ simulated }) => simulated)).toBe(true);
    expect(await readDemoKey({ ctx: system })).toBe(apiKey);
    expect(present(workspace.published.at(-1)).apiKeys).toMatchObject([{ use: 'demo' }]);
    expect(await getDemoStatus({ ctx: system })).toEqual({ seeded: true, fresh: false });
  });

  it('goes into an empty workspace only', async () => {
    await apply(fileWith('A'));
    expect((await refusalOf(seedDemo({ ctx: system, input: { config: exampleConfig() } }))).code).toBe(
      'conflict',
    );
  });

  it('goes away whole, out of the chains of real flows too, and does not come back by itself', async () => {
    const { ctx } = workspace;
    await seedDemo({ ctx: system, input: { config: exampleConfig() } });
    const endpoints = [{ slug: 'e', baseUrl: 'https://api.openai.com' }];
    await createProvider({ ctx, input: { slug: 'real', name: 'Real', kind: 'openai', endpoints } });
    await createTarget({
      ctx,
      input: {
        slug: 'real-gpt',
        provider: 'real',
        endpoint: 'e',
        model: 'gpt-4o',
        enabled: true,
        metricsOnly: false,
      },
    });
    const both = ['claude', 'real-gpt'].map((target) => ({ target, enabled: true }));
    await createFlow({
      ctx,
      input: { slug: 'mine', name: 'Mine', aliases: [], chain: both, policy: policySchema.parse({}) },
    });
    await replaceFlowChain({
      ctx,
      input: { slug: 'nightly-classify', expectedVersion: 1, chain: both, reason: 'with a real target' },
    });
    const simulated = { slug: 'trial', name: 'Trial', aliases: [], chain: both.slice(0, 1) };
    await createFlow({ ctx, input: { ...simulated, policy: policySchema.parse({}) } });
    const key = await createApiKey({ ctx, input: { name: 'web', defaultFlow: 'support-chat' } });

    await removeDemo({ ctx });

    expect(workspace.announced.at(-1)?.summary).toBe(
      'Removed the demo. With it went trial, which had simulated targets only. The simulated targets left the chain of mine.',
    );
    expect((await listProviders({ ctx })).map(({ slug }) => slug)).toEqual(['real']);
    expect((await listTargets({ ctx })).map(({ slug }) => slug)).toEqual(['real-gpt']);
    const flows = await listFlows({ ctx });
    expect(
      flows.map(({ slug, simulated, chain }) => [slug, simulated, chain.map(({ target }) => target)]),
    ).toEqual([
      ['nightly-classify', false, ['real-gpt']],
      ['mine', false, ['real-gpt']],
    ]);
    expect(present(workspace.published.at(-1)).apiKeys).toMatchObject([{ id: key.id, defaultFlow: null }]);
    expect((await refusalOf(removeDemo({ ctx }))).code).toBe('not_found');
    expect((await getDemoStatus({ ctx })).fresh).toBe(false);
  });

  it('stays simulated through an export and import', async () => {
    await seedDemo({ ctx: system, input: { config: exampleConfig() } });
    const document = await exportConfig({ ctx: system });
    present(document.flows[0]).name = 'Renamed';
    await apply(stringify(document));
    expect((await listProviders({ ctx: system })).every(({ simulated }) => simulated)).toBe(true);
  });
});

describe('the first administrator', () => {
  const person = { name: 'Ana', email: 'ana@example.com', password: 'correct horse battery' };
  const made = () => ({ users: [] as string[] });
  const createIn = (into: { users: string[] }) => async (user: { email: string; name: string }) => {
    const { email, name } = user;
    into.users.push(email);
    await workspace.store.prisma.user.create({ data: { id: email, email, name } });
    return email;
  };

  it('needs the one-time token of the latest start, which works once', async () => {
    const early = present(await issueSetupToken({ ctx: system }));
    const token = present(await issueSetupToken({ ctx: system }));
    const into = made();
    const attempt = (given: string) =>
      createFirstAdmin({ ctx: system, input: { ...person, token: given }, createUser: createIn(into) });
    expect((await refusalOf(attempt(early))).code).toBe('forbidden');
    expect((await refusalOf(attempt(''))).code).toBe('forbidden');
    const outcomes = await Promise.allSettled([attempt(token), attempt(token)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(into.users).toEqual(['ana@example.com']);
    expect((await refusalOf(attempt(token))).code).toBe('conflict');
    expect(await issueSetupToken({ ctx: system })).toBeNull();
  });

  it('can be tried again when the account could not be made', async () => {
    const token = present(await issueSetupToken({ ctx: system }));
    const failing = createFirstAdmin({
      ctx: system,
      input: { ...person, token },
      createUser: async () => {
        throw new Error('The password is too short.');
      },
    });
    await expect(failing).rejects.toThrow('too short');
    const into = made();
    await createFirstAdmin({ ctx: system, input: { ...person, token }, createUser: createIn(into) });
    expect(into.users).toHaveLength(1);
  });

  it('leaves neither token nor password in the audit or the database', async () => {
    const token = present(await issueSetupToken({ ctx: system }));
    await createFirstAdmin({ ctx: system, input: { ...person, token }, createUser: createIn(made()) });
    const text = JSON.stringify(await listAudit({ ctx: system, input: { limit: 50 } }));
    expect(text).toContain('user:ana@example.com');
    expect(text).not.toContain(token);
    expect(text).not.toContain(person.password);
  });
});
