import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policySchema } from '#lib/contract/policy.ts';
import { createApiKey } from '#lib/control/api-key/create.ts';
import { ensurePlaygroundKey } from '#lib/control/api-key/internal.ts';
import { removeApiKey } from '#lib/control/api-key/remove.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { clearCooldown } from '#lib/control/breaker/clear-cooldown.ts';
import { clearOverride } from '#lib/control/breaker/clear-override.ts';
import { expireOverrides } from '#lib/control/breaker/expire-overrides.ts';
import { probeBreaker } from '#lib/control/breaker/probe.ts';
import { resetBreaker } from '#lib/control/breaker/reset.ts';
import { setOverride } from '#lib/control/breaker/set-override.ts';
import { change } from '#lib/control/change.ts';
import { applyConfigFile } from '#lib/control/config/apply-file.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { removeDemo } from '#lib/control/demo/remove.ts';
import { seedDemo } from '#lib/control/demo/seed.ts';
import { createFlow } from '#lib/control/flow/create.ts';
import { discardFlowDraft } from '#lib/control/flow/discard-draft.ts';
import { getFlowDraft } from '#lib/control/flow/get-draft.ts';
import { publishFlowDraft } from '#lib/control/flow/publish-draft.ts';
import { removeFlow } from '#lib/control/flow/remove.ts';
import { replaceFlowChain } from '#lib/control/flow/replace-chain.ts';
import { rollBackFlow } from '#lib/control/flow/roll-back.ts';
import { saveFlowDraft } from '#lib/control/flow/save-draft.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { createProvider } from '#lib/control/provider/create.ts';
import { endOverlap } from '#lib/control/provider/end-overlap.ts';
import { expireOverlaps } from '#lib/control/provider/expire-overlaps.ts';
import { removeProvider } from '#lib/control/provider/remove.ts';
import { rotateCredential } from '#lib/control/provider/rotate.ts';
import { updateProvider } from '#lib/control/provider/update.ts';
import { getSettings } from '#lib/control/settings/get.ts';
import { updateSettings } from '#lib/control/settings/update.ts';
import { createFirstAdmin } from '#lib/control/setup/create-first-admin.ts';
import { issueSetupToken } from '#lib/control/setup/issue-token.ts';
import { createTarget } from '#lib/control/target/create.ts';
import { drainTarget, resumeTarget } from '#lib/control/target/drain.ts';
import { removeTarget } from '#lib/control/target/remove.ts';
import { updateTarget } from '#lib/control/target/update.ts';
import {
  exampleConfig,
  openExample,
  openWorkspace,
  present,
  refusalOf,
  type Workspace,
} from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const CONTROL = fileURLToPath(new URL('../../lib/control', import.meta.url));

async function sources(): Promise<{ file: string; text: string }[]> {
  const files = (await readdir(CONTROL, { recursive: true })).filter((file) => file.endsWith('.ts'));
  return Promise.all(
    files.map(async (file) => ({ file, text: await readFile(join(CONTROL, file), 'utf8') })),
  );
}

describe('in the source', () => {
  beforeEach(async () => {
    workspace = await openWorkspace();
  });

  it('only change() and the recorders write: no verb opens a writing transaction of its own', async () => {
    const writes =
      /\b(?:tx|store)\.\w+\.(?:create|update|remove|put|add|addAll|replaceAll|setDefaultFlow|touch)\(/;
    const direct = /store\.\w+\.(?:create|update|remove|put|add|addAll|replaceAll|setDefaultFlow|touch)\(/;
    const opensItsOwn = (await sources())
      .filter(({ file }) => file !== 'change.ts' && !file.startsWith('record/'))
      .filter(({ text }) => direct.test(text) || (text.includes('store.transaction') && writes.test(text)));
    expect(opensItsOwn.map(({ file }) => file)).toEqual(['api-key/internal.ts']);
  });

  it('every verb begins with change() or authorise(), but for the product’s own records and readings', async () => {
    const verbs = (await sources()).filter(({ text }) =>
      /export async function \w+(?:<T>)?\(\{\s*ctx/.test(text),
    );
    const open = verbs.filter(({ text }) => !/\b(?:change|authorise|commandBreaker|saveFlow)\(/.test(text));
    expect(verbs.length).toBeGreaterThan(35);
    expect(open.map(({ file }) => file).sort()).toEqual([
      'demo/status.ts',
      'record/compact-rollups.ts',
      'record/save-cooldowns.ts',
      'record/save-records.ts',
      'record/save-rollups.ts',
      'record/save-transition.ts',
      'record/sweep-history.ts',
      'snapshot/build.ts',
    ]);
  });
});

describe('a change', () => {
  beforeEach(async () => {
    workspace = await openExample();
  });

  it('that forgets its audit entry is rolled back', async () => {
    const forgetful = change(workspace.ctx, 'config', ({ tx }) =>
      tx.settings.put('breaker', { openSeconds: 1 }),
    );
    await expect(forgetful).rejects.toThrow('without an audit entry');
    expect(await workspace.store.settings.get('breaker')).toBeNull();
  });

  it('that fails after its audit entry leaves neither', async () => {
    const before = (await listAudit({ ctx: workspace.ctx, input: { limit: 200 } })).items.length;
    const failing = change(workspace.ctx, 'config', async ({ tx, audit }) => {
      await tx.flows.remove('support-chat');
      await audit({ action: 'x', entity: 'x', entityId: 'x', summary: 'x' });
      throw new Error('too late');
    });
    await expect(failing).rejects.toThrow('too late');
    expect((await listAudit({ ctx: workspace.ctx, input: { limit: 200 } })).items).toHaveLength(before);
    expect(await workspace.store.flows.get('support-chat')).not.toBeNull();
    expect(workspace.announced.some(({ action }) => action === 'x')).toBe(false);
  });

  it('by nobody is refused', async () => {
    const ctx: ControlContext = { ...workspace.ctx, actor: { kind: 'user', id: '', email: '' } };
    const refusal = await refusalOf(createApiKey({ ctx, input: { name: 'x', defaultFlow: null } }));
    expect(refusal.code).toBe('forbidden');
  });
});

const draftOfF = {
  slug: 'f',
  chain: ['gpt-eu', 'claude'].map((target) => ({ target, enabled: true })),
  policy: policySchema.parse({ mode: 'quality' }),
};

const rotationOfP = (expectedVersion: number, apiKey: string) => ({
  slug: 'p',
  expectedVersion,
  credential: { apiKey },
  overlapSeconds: 60,
  skipTest: true,
});

/** Every verb that writes, in an order in which each can. */
const WRITES: [action: string, run: (ctx: ControlContext, workspace: Workspace) => Promise<unknown>][] = [
  ['demo.seed', (ctx) => seedDemo({ ctx, input: { config: exampleConfig() } })],
  ['demo.remove', (ctx) => removeDemo({ ctx })],
  ['config.replace', (ctx) => replaceConfig({ ctx, input: { document: exampleConfig() } })],
  [
    'provider.create',
    (ctx) =>
      createProvider({
        ctx,
        input: {
          slug: 'p',
          name: 'P',
          kind: 'openai',
          credential: { apiKey: 'sk-hush' },
          endpoints: [{ slug: 'e', baseUrl: 'https://x.example.com' }],
        },
      }),
  ],
  [
    'provider.update',
    (ctx) =>
      updateProvider({
        ctx,
        input: { slug: 'p', expectedVersion: 1, patch: { credential: { apiKey: 'sk-hush-2' } } },
      }),
  ],
  [
    'target.create',
    (ctx) =>
      createTarget({
        ctx,
        input: { slug: 't', provider: 'p', endpoint: 'e', model: 'm', enabled: true, metricsOnly: false },
      }),
  ],
  [
    'target.update',
    (ctx) => updateTarget({ ctx, input: { slug: 't', expectedVersion: 1, patch: { enabled: false } } }),
  ],
  [
    'flow.create',
    (ctx) =>
      createFlow({
        ctx,
        input: {
          slug: 'f',
          name: 'F',
          aliases: [],
          chain: [{ target: 'claude', enabled: true }],
          policy: policySchema.parse({}),
        },
      }),
  ],
  [
    'flow.update',
    (ctx) =>
      updateFlow({
        ctx,
        input: { slug: 'f', expectedVersion: 1, patch: { name: 'G', reason: 'a better name' } },
      }),
  ],
  [
    'flow.chain',
    (ctx) =>
      replaceFlowChain({
        ctx,
        input: {
          slug: 'f',
          expectedVersion: 2,
          chain: [{ target: 'gpt-eu', enabled: true }],
          reason: 'Europe only',
        },
      }),
  ],
  [
    'flow.draft.save',
    (ctx) => saveFlowDraft({ ctx, input: { ...draftOfF, expectedVersion: 0, basedOn: 2 } }),
  ],
  [
    'flow.draft.discard',
    async (ctx) => {
      const { version } = await getFlowDraft({ ctx, input: { slug: 'f' } });
      return discardFlowDraft({ ctx, input: { slug: 'f', expectedVersion: version } });
    },
  ],
  [
    'flow.publish',
    async (ctx) => {
      const draft = await saveFlowDraft({ ctx, input: { ...draftOfF, expectedVersion: 0, basedOn: 2 } });
      const input = { slug: 'f', expectedVersion: 3, draftVersion: draft.version };
      return publishFlowDraft({ ctx, input: { ...input, reason: 'a vendor to fall back on' } });
    },
  ],
  [
    'flow.rollback',
    (ctx) =>
      rollBackFlow({
        ctx,
        input: { slug: 'f', expectedVersion: 4, number: 1, reason: 'it was fine before' },
      }),
  ],
  ['target.resume', (ctx) => resumeTarget({ ctx, input: { slug: 't' } })],
  [
    'target.drain',
    (ctx) => drainTarget({ ctx, input: { slug: 't', reason: 'moved tonight', acknowledge: 'no-target' } }),
  ],
  ['provider.rotate', (ctx) => rotateCredential({ ctx, input: rotationOfP(2, 'sk-hush-the-second') })],
  [
    'provider.rotate.end',
    (ctx) => endOverlap({ ctx, input: { slug: 'p', expectedVersion: 3, keep: 'old' } }),
  ],
  [
    'provider.rotate.expire',
    async (ctx, { clock }) => {
      await rotateCredential({ ctx, input: rotationOfP(4, 'sk-hush-the-third') });
      clock.now += 60_000;
      return expireOverlaps({ ctx });
    },
  ],
  ['flow.remove', (ctx) => removeFlow({ ctx, input: { slug: 'f', expectedVersion: 5 } })],
  ['target.remove', (ctx) => removeTarget({ ctx, input: { slug: 't', expectedVersion: 4 } })],
  ['provider.remove', (ctx) => removeProvider({ ctx, input: { slug: 'p', expectedVersion: 6 } })],
  ['api-key.create', (ctx) => createApiKey({ ctx, input: { name: 'web', defaultFlow: null } })],
  [
    'api-key.remove',
    async (ctx, { store }) =>
      removeApiKey({ ctx, input: { id: present((await store.apiKeys.list())[0]).id } }),
  ],
  ['api-key.create', (ctx) => ensurePlaygroundKey({ ctx })],
  [
    'settings.update',
    async (ctx) => {
      const { breaker, version } = await getSettings({ ctx });
      const patch = { breaker: { ...breaker, probeSuccesses: 3 } };
      return updateSettings({ ctx, input: { expectedVersion: version, patch } });
    },
  ],
  [
    'breaker.override.set',
    (ctx) =>
      setOverride({
        ctx,
        input: {
          scope: 'target',
          id: 'claude',
          kind: 'forced_open',
          reason: 'provider incident',
          expiresInSeconds: 60,
        },
      }),
  ],
  ['breaker.override.clear', (ctx) => clearOverride({ ctx, input: { scope: 'target', id: 'claude' } })],
  [
    'breaker.override.expire',
    async (ctx, { clock }) => {
      await setOverride({
        ctx,
        input: {
          scope: 'target',
          id: 'claude',
          kind: 'forced_open',
          reason: 'provider incident',
          expiresInSeconds: 60,
        },
      });
      clock.now += 61_000;
      return expireOverrides({ ctx });
    },
  ],
  ['breaker.reset', (ctx) => resetBreaker({ ctx, input: { scope: 'target', id: 'claude' } })],
  ['breaker.probe', (ctx) => probeBreaker({ ctx, input: { scope: 'target', id: 'claude' } })],
  ['breaker.cooldown.clear', (ctx) => clearCooldown({ ctx, input: { target: 'claude' } })],
  ['setup.issue-token', (ctx) => issueSetupToken({ ctx })],
  [
    'setup.first-admin',
    async (ctx) => {
      const token = present(await issueSetupToken({ ctx }));
      const input = { token, name: 'A', email: 'a@example.com', password: 'hush hush hush' };
      return createFirstAdmin({ ctx, input, createUser: async () => null });
    },
  ],
  [
    'config.apply-file',
    async (ctx) => {
      await replaceConfig({ ctx, input: { document: {} } });
      return applyConfigFile({ ctx, input: { text: JSON.stringify(exampleConfig()), name: 'f.json' } });
    },
  ],
];

describe('every write', () => {
  beforeEach(async () => {
    workspace = await openWorkspace();
  });

  it('leaves an audit entry that names who did what, announces it, and holds no secret', async () => {
    const { ctx } = workspace;
    for (const [action, run] of WRITES) {
      await run(ctx, workspace);
      const newest = present((await listAudit({ ctx, input: { limit: 1 } })).items[0]);
      expect(newest.action).toBe(action);
      expect(newest.by).toMatch(/^user:/);
      expect(newest.summary.length).toBeGreaterThan(10);
      expect(workspace.announced.at(-1)).toEqual(newest);
    }
    const all = JSON.stringify((await listAudit({ ctx, input: { limit: 200 } })).items);
    for (const secret of ['sk-hush', 'sk-ant-very-secret', 'hush hush', 'v1.'])
      expect(all).not.toContain(secret);
  });

  it('is on that list: each action that the source audits is among them', async () => {
    const listed = new Set(WRITES.map(([action]) => action));
    // Paths of an input are written alike, and stand behind another name.
    const audited = (await sources()).flatMap(({ text }) =>
      [
        ...text.matchAll(
          /(?<!path: |[a-z]\.slug, )'((?:provider|target|flow|api-key|breaker|settings|config|demo|setup)\.[a-z.-]+)'/g,
        ),
      ].map((match) => match[1] ?? ''),
    );
    expect([...new Set(audited)].filter((action) => !listed.has(action))).toEqual(['setup.restore-token']);
  });
});
