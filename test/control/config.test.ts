import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ConfigInput } from '#lib/contract/config.ts';
import { createApiKey } from '#lib/control/api-key/create.ts';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import { configAsYaml, exportConfig } from '#lib/control/config/export.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { listFlows } from '#lib/control/flow/list.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import {
  ANTHROPIC_KEY,
  exampleConfig,
  openExample,
  present,
  refusalOf,
  type Workspace,
} from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const dump = async () =>
  JSON.stringify(
    await workspace.store.transaction(async (tx) => ({
      providers: await tx.providers.list(),
      targets: await tx.targets.list(),
      flows: await tx.flows.list(),
      keys: await tx.apiKeys.list(),
      audit: await tx.audit.list({ before: null, limit: 1000 }),
      settings: [await tx.settings.get('breaker'), await tx.settings.get('configVersion')],
    })),
  );

const put = (document: unknown, dryRun = false) =>
  replaceConfig({ ctx: workspace.ctx, input: { document, dryRun } });

/** The example with one part changed. */
function changed(edit: (config: Required<ConfigInput>) => void): ConfigInput {
  const config = exampleConfig();
  edit(config as Required<ConfigInput>);
  return config;
}

describe('the configuration as one document', () => {
  it('comes back as it was put: exporting and replacing changes nothing', async () => {
    const exported = await exportConfig({ ctx: workspace.ctx });
    expect(await put(exported, true)).toEqual({ changes: [] });
    const before = await dump();
    expect(await put(exported)).toEqual({ changes: [] });
    expect(await dump()).toBe(before);
    expect(await put(parse(configAsYaml(exported)), true)).toEqual({ changes: [] });
  });

  it('says { stored: true } for a key and the name for a variable, and never a key', async () => {
    const exported = await exportConfig({ ctx: workspace.ctx });
    expect(exported.providers[0]?.credential).toEqual({ stored: true });
    expect(exported.providers[1]?.endpoints[0]?.credential).toEqual({ env: 'AZURE_US_KEY' });
    expect(JSON.stringify(exported)).not.toContain(ANTHROPIC_KEY);
  });

  it('keeps the stored key through { stored: true }', async () => {
    await put({ ...(await exportConfig({ ctx: workspace.ctx })), flows: [] });
    expect(present(workspace.published.at(-1)).providers[0]?.endpoints[0]?.credential).toBe(ANTHROPIC_KEY);
  });

  it('refuses { stored: true } where nothing is stored, with the path of each', async () => {
    const document = changed((config) => {
      config.providers.push({
        slug: 'new',
        name: 'New',
        kind: 'openai',
        credential: { stored: true },
        endpoints: [{ slug: 'e', baseUrl: 'https://api.openai.com', credential: { stored: true } }],
      });
      present(config.providers[1]).credential = { stored: true };
    });
    const before = await dump();
    const refusal = await refusalOf(put(document));
    expect(refusal.code).toBe('invalid');
    expect(refusal.issues.map(({ path }) => path)).toEqual([
      'providers.1.credential',
      'providers.2.credential',
      'providers.2.endpoints.0.credential',
    ]);
    expect(await dump()).toBe(before);
  });

  it('a dry run answers with the differences and changes nothing', async () => {
    const document = changed((config) => {
      present(config.flows[0]).policy = { mode: 'quality', badge: { on: true } };
      config.flows.pop();
      present(config.targets[0]).enabled = false;
      present(config.providers[0]).credential = { apiKey: 'another-key' };
      config.settings = { breaker: { openSeconds: 5 } };
    });
    const before = await dump();
    const published = workspace.published.length;
    const { changes } = await put(document, true);
    expect(changes).toContainEqual({
      path: '/flows/support-chat/policy/mode',
      op: 'change',
      before: 'mixed',
      after: 'quality',
    });
    expect(changes).toContainEqual({
      path: '/targets/claude/enabled',
      op: 'change',
      before: true,
      after: false,
    });
    expect(changes).toContainEqual({
      path: '/settings/breaker/openSeconds',
      op: 'change',
      before: 10,
      after: 5,
    });
    expect(changes).toContainEqual({
      path: '/providers/anthropic/credential',
      op: 'change',
      before: { stored: true },
      after: { stored: true },
    });
    expect(changes.find(({ path }) => path === '/flows/nightly-classify')?.op).toBe('remove');
    expect(changes).toHaveLength(5);
    expect(await dump()).toBe(before);
    expect(workspace.published).toHaveLength(published);
  });

  it('the differences of a dry run are those that the replacement then makes', async () => {
    const document = changed((config) => {
      config.targets.push({ slug: 'extra', provider: 'azure', endpoint: 'sweden', model: 'gpt-4o' });
      present(config.flows[1]).chain.push('extra');
    });
    const dry = await put(document, true);
    expect(await put(document)).toEqual(dry);
    expect(await put(document)).toEqual({ changes: [] });
  });

  it('can move everything at once: targets to a new endpoint whose old one disappears', async () => {
    await put(
      changed((config) => {
        present(config.providers[1]).endpoints = [
          { slug: 'france', baseUrl: 'https://example-fr.openai.azure.com', credential: { env: 'FR' } },
        ];
        for (const target of config.targets.slice(1)) target.endpoint = 'france';
      }),
    );
    expect(present(workspace.published.at(-1)).targets.map(({ endpointId }) => endpointId)).toEqual([
      'anthropic.global',
      'azure.france',
      'azure.france',
    ]);
  });

  it('removes what the document does not hold, with its overrides, and leaves API keys without that default flow', async () => {
    const { ctx } = workspace;
    const key = await createApiKey({ ctx, input: { name: 'web', defaultFlow: 'support-chat' } });
    await setOverride({
      ctx,
      input: {
        scope: 'provider',
        id: 'anthropic',
        kind: 'forced_open',
        reason: 'provider incident',
        expiresInSeconds: null,
        acknowledge: 'no-target',
      },
    });
    await put(
      changed((config) => {
        config.flows.shift();
        present(config.flows[0]).chain = ['gpt-eu'];
        config.targets.shift();
        config.providers.shift();
      }),
    );
    expect((await listFlows({ ctx })).map(({ slug }) => slug)).toEqual(['nightly-classify']);
    expect(await workspace.store.apiKeys.get(key.id)).toMatchObject({ defaultFlow: null });
    expect(workspace.overrides.at(-1)).toEqual([]);
  });

  it('publishes a new flow version only for the flows whose chain or policy differ', async () => {
    await put(
      changed((config) => {
        present(config.flows[0]).name = 'Support';
        present(config.flows[1]).chain = ['gpt-us', 'gpt-eu'];
      }),
    );
    const flows = await listFlows({ ctx: workspace.ctx });
    expect(flows.map(({ publishedVersion, version }) => [publishedVersion, version])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });
});

describe('a bad document', () => {
  const cases: [string, (config: Required<ConfigInput>) => void, string[]][] = [
    [
      'no such provider',
      (c) => {
        present(c.targets[0]).provider = 'nobody';
      },
      ['targets.0.provider'],
    ],
    [
      'no such endpoint',
      (c) => {
        present(c.targets[1]).endpoint = 'moon';
      },
      ['targets.1.endpoint'],
    ],
    [
      'no such target in a chain',
      (c) => {
        present(c.flows[0]).chain = ['claude', 'nobody'];
      },
      ['flows.0.chain.1'],
    ],
    [
      'a target twice in a chain',
      (c) => {
        present(c.flows[0]).chain = ['claude', 'claude'];
      },
      ['flows.0.chain.1'],
    ],
    [
      'an alias that another flow has',
      (c) => {
        present(c.flows[1]).aliases = ['support-chat'];
      },
      ['flows.1.aliases.0'],
    ],
    [
      'two flows of one name',
      (c) => {
        present(c.flows[1]).slug = 'support-chat';
      },
      ['flows.1.slug'],
    ],
    [
      'two targets of one name',
      (c) => {
        present(c.targets[1]).slug = 'claude';
      },
      ['targets.1.slug', 'flows.0.chain.1', 'flows.1.chain.1'],
    ],
    [
      'a breaker that could not recover',
      (c) => {
        c.settings = { breaker: { maxOpenSeconds: 1 } };
      },
      ['settings.breaker.maxOpenSeconds'],
    ],
    [
      'a target whose breaker could not, merged with the global one',
      (c) => {
        present(c.targets[0]).breaker = { maxOpenSeconds: 4 };
      },
      ['targets.0.breaker.maxOpenSeconds'],
    ],
    [
      'faults in several places',
      (c) => {
        present(c.targets[0]).model = '';
        present(c.flows[1]).policy = { timeouts: { idleSeconds: -1 } };
      },
      ['targets.0.model', 'flows.1.policy.timeouts.idleSeconds'],
    ],
  ];
  it.each(cases)('is refused for %s, with the path, and changes nothing', async (_name, edit, paths) => {
    const before = await dump();
    const refusal = await refusalOf(put(changed(edit)));
    expect(refusal.code).toBe('invalid');
    expect(refusal.issues.map(({ path }) => path)).toEqual(paths);
    expect(refusal.issues.every(({ message }) => message.length > 5)).toBe(true);
    expect(await dump()).toBe(before);
  });

  it('that is no document at all is refused', async () => {
    expect((await refusalOf(put('nonsense'))).code).toBe('invalid');
    expect((await refusalOf(put(null))).code).toBe('invalid');
  });
});

it('a change by hand shows as the difference to the document that was put', async () => {
  await updateFlow({
    ctx: workspace.ctx,
    input: {
      slug: 'support-chat',
      expectedVersion: 1,
      patch: { policy: { badge: { on: false } }, reason: 'no badge please' },
    },
  });
  expect((await put(exampleConfig(), true)).changes).toEqual([
    { path: '/flows/support-chat/policy/badge/on', op: 'change', before: false, after: true },
  ]);
});
