import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainEntry } from '#lib/contract/config.ts';
import { type PolicyPatch, policySchema } from '#lib/contract/policy.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { getFlow } from '#lib/control/flow/get.ts';
import { getFlowDraft } from '#lib/control/flow/get-draft.ts';
import { getFlowVersion } from '#lib/control/flow/get-version.ts';
import { listFlowVersions } from '#lib/control/flow/list-versions.ts';
import { replaceFlowChain } from '#lib/control/flow/replace-chain.ts';
import { rollBackFlow } from '#lib/control/flow/roll-back.ts';
import { saveFlowDraft } from '#lib/control/flow/save-draft.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { removeTarget } from '#lib/control/target/remove.ts';
import { exampleConfig, openExample, present, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const slug = 'support-chat';
const reason = 'the runbook says so';

const flow = () => getFlow({ ctx: workspace.ctx, input: { slug } });
const setPolicy = async (policy: PolicyPatch, why: string | undefined = reason) =>
  updateFlow({
    ctx: workspace.ctx,
    input: { slug, expectedVersion: (await flow()).version, patch: { policy, reason: why } },
  });
const setChain = async (targets: string[], why: string | undefined = reason) => {
  const chain: ChainEntry[] = targets.map((target) => ({ target, enabled: true }));
  const input = { slug, expectedVersion: (await flow()).version, chain };
  return replaceFlowChain({
    ctx: workspace.ctx,
    input: why === undefined ? input : { ...input, reason: why },
  });
};
const versions = async (cursor?: string, limit = 50) =>
  listFlowVersions({
    ctx: workspace.ctx,
    input: { slug, limit, ...(cursor === undefined ? {} : { cursor }) },
  });
const version = (number: number) => getFlowVersion({ ctx: workspace.ctx, input: { slug, number } });
const rollBack = async (number: number, parts: { reason?: string; expectedVersion?: number } = {}) =>
  rollBackFlow({
    ctx: workspace.ctx,
    input: { slug, number, expectedVersion: (await flow()).version, reason, ...parts },
  });

describe('whoever publishes at once', () => {
  it.each([
    ['a policy', () => setPolicy({ mode: 'quality' }, 'why not')],
    ['a chain', () => setChain(['claude'], 'why not')],
  ])('gives a reason with %s, or nothing is published', async (_what, publish) => {
    const refusal = await refusalOf(publish());
    expect(refusal).toMatchObject({ code: 'invalid', issues: [{ path: 'reason' }] });
    expect(refusal.message).toContain('at least 10 characters');
    expect(await flow()).toMatchObject({ version: 1, publishedVersion: 1 });
  });

  it('hears of the missing reason and of every other fault in one answer', async () => {
    const input = { slug, expectedVersion: 1, chain: [{ target: 'gpt-9', enabled: true }] };
    const refusal = await refusalOf(replaceFlowChain({ ctx: workspace.ctx, input }));
    expect(refusal.issues.map(({ path }) => path)).toEqual(['chain.0', 'reason']);
    expect(refusal.message).toContain('A reason is required');
  });

  it('needs none for names, nor for what changes nothing', async () => {
    const { ctx } = workspace;
    const patch = { name: 'Helpdesk', aliases: ['help'], policy: { mode: 'mixed' as const } };
    const view = await updateFlow({ ctx, input: { slug, expectedVersion: 1, patch } });
    expect(view).toMatchObject({ version: 2, publishedVersion: 1 });
  });

  it('a replaced configuration says so as its reason', async () => {
    const { flows, ...rest } = exampleConfig();
    const shorter = present(flows).map((one) => ({ ...one, chain: ['claude'] }));
    await replaceConfig({ ctx: workspace.ctx, input: { document: { ...rest, flows: shorter } } });
    expect((await versions()).items.map((one) => one.reason)).toEqual([
      'Replaced the configuration.',
      'Replaced the configuration.',
    ]);
  });
});

describe('versions', () => {
  it('are listed newest first, each with its reason, its author and what it changed', async () => {
    workspace.clock.now += 1000;
    await setPolicy({ badge: { on: false } }, 'badges off for the trial');
    await setChain(['gpt-us', 'claude', 'gpt-eu'], 'claude is slow today');
    const { items, nextCursor } = await versions();
    expect(nextCursor).toBeNull();
    expect(items.map(({ number, live }) => [number, live])).toEqual([
      [3, true],
      [2, false],
      [1, false],
    ]);
    expect(items[0]).toMatchObject({
      flow: slug,
      reason: 'claude is slow today',
      publishedBy: 'user:ana@example.com',
      publishedAtWallMs: workspace.clock.now,
      changes: [
        { path: '/chain', before: ['claude', 'gpt-us', 'gpt-eu'], after: ['gpt-us', 'claude', 'gpt-eu'] },
        { path: '/chain/gpt-us/adapter', op: 'remove' },
      ],
    });
    expect(items[1]?.changes).toEqual([
      { path: '/policy/badge/on', op: 'change', before: true, after: false },
    ]);
    expect(items[2]?.changes).toEqual([]);
  });

  it('come in pages without losing what the last one on a page changed', async () => {
    for (const idleSeconds of [10, 11, 12, 13]) await setPolicy({ timeouts: { idleSeconds } });
    const all = (await versions()).items;
    const first = await versions(undefined, 2);
    const second = await versions(present(first.nextCursor), 2);
    const third = await versions(present(second.nextCursor), 2);
    expect([...first.items, ...second.items, ...third.items]).toEqual(all);
    expect(third.nextCursor).toBeNull();
    expect(all.map(({ changes }) => changes.length)).toEqual([1, 1, 1, 1, 0]);
    expect((await refusalOf(versions('next'))).issues[0]?.path).toBe('cursor');
  });

  it('stay as they were published, whatever comes after', async () => {
    const first = await version(1);
    await setPolicy({ mode: 'quality' });
    await setChain(['claude']);
    await rollBack(2);
    expect(await version(1)).toEqual({ ...first, live: false });
    expect(first).toMatchObject({
      number: 1,
      live: true,
      chain: [{ target: 'claude' }, { target: 'gpt-us' }, { target: 'gpt-eu' }],
      policy: { mode: 'mixed' },
    });
  });

  it('of an older product read with the defaults of what that did not know, which is no change', async () => {
    await workspace.store.prisma.flowVersion.update({
      where: { flowSlug_number: { flowSlug: slug, number: 1 } },
      data: { policy: { mode: 'mixed', badge: { on: true, text: 'Answered by backup model' } } },
    });
    await setPolicy({ mode: 'quality' });
    expect((await version(1)).policy).toEqual(
      policySchema.parse({ mode: 'mixed', badge: { on: true, text: 'Answered by backup model' } }),
    );
    expect((await version(2)).changes).toEqual([
      { path: '/policy/mode', op: 'change', before: 'mixed', after: 'quality' },
    ]);
  });

  it('that there are not are not found, naming the newest', async () => {
    const refusal = await refusalOf(version(7));
    expect(refusal).toMatchObject({ code: 'not_found' });
    expect(refusal.message).toContain('no version 7; the newest is 1');
    const nowhere = { ctx: workspace.ctx, input: { slug: 'nowhere', limit: 5 } };
    expect((await refusalOf(listFlowVersions(nowhere))).code).toBe('not_found');
  });
});

describe('rolling back', () => {
  beforeEach(async () => {
    await setPolicy({ mode: 'quality' }, 'no backup models');
    await setChain(['gpt-us'], 'one vendor only');
  });

  it('puts an earlier version in force as a new one, in one step, and tells the gateway', async () => {
    const view = await rollBack(1);
    expect(view).toMatchObject({ publishedVersion: 4, policy: { mode: 'mixed' } });
    expect(await version(4)).toMatchObject({
      live: true,
      reason,
      chain: (await version(1)).chain,
      policy: (await version(1)).policy,
    });
    expect((await versions()).items).toHaveLength(4);
    const told = present(workspace.published.at(-1)?.flows.find((one) => one.slug === slug));
    expect(told).toMatchObject({ version: 4, chain: [{ target: 'claude' }, {}, {}] });
    const [entry] = (await listAudit({ ctx: workspace.ctx, input: { limit: 1 } })).items;
    expect(entry).toMatchObject({
      action: 'flow.rollback',
      reason,
      summary: 'Rolled the flow Support chat back to version 1, as version 4.',
      before: { policy: { mode: 'quality' } },
      after: { policy: { mode: 'mixed' } },
    });
  });

  it('can itself be rolled back', async () => {
    await rollBack(1);
    expect(await rollBack(3)).toMatchObject({ publishedVersion: 5, chain: [{ target: 'gpt-us' }] });
  });

  it('leaves names and aliases as they are now', async () => {
    const patch = { name: 'Helpdesk', aliases: ['help'] };
    await updateFlow({ ctx: workspace.ctx, input: { slug, expectedVersion: 3, patch } });
    expect(await rollBack(1)).toMatchObject({ name: 'Helpdesk', aliases: ['help'] });
  });

  it('keeps the draft, which has been overtaken then', async () => {
    const { ctx } = workspace;
    const { chain, policy } = await version(2);
    const saved = await saveFlowDraft({
      ctx,
      input: { slug, expectedVersion: 0, chain, policy, basedOn: 3 },
    });
    expect(saved.draft?.overtaken).toBe(false);
    await rollBack(1);
    const { draft } = await getFlowDraft({ ctx, input: { slug } });
    expect(draft).toMatchObject({ overtaken: true, version: saved.version });
    expect(draft?.changes.map(({ path }) => path)).toEqual(['/policy/mode']);
  });

  it.each([
    ['without a reason', { reason: '' }, 'invalid', 'reason'],
    ['to what somebody has changed since', { expectedVersion: 2 }, 'stale_version', undefined],
  ])('%s is refused', async (_what, parts, code, path) => {
    const refusal = await refusalOf(rollBack(1, parts));
    expect(refusal.code).toBe(code);
    expect(refusal.issues[0]?.path).toBe(path);
    expect((await flow()).publishedVersion).toBe(3);
  });

  it('to what is in force, or says the same, is refused in words', async () => {
    expect(await refusalOf(rollBack(3))).toMatchObject({
      code: 'conflict',
      message: 'Version 3 is in force: there is nothing to roll back.',
    });
    await rollBack(1);
    expect((await refusalOf(rollBack(1))).message).toContain('says what version 4 has in force already');
  });

  it('to a version that there is not is not found', async () => {
    expect((await refusalOf(rollBack(9))).code).toBe('not_found');
  });

  it('to a version whose target is gone is refused by its place in that version', async () => {
    const { ctx } = workspace;
    const { flows, ...rest } = exampleConfig();
    const now = present(flows).map((one) => ({ ...one, chain: ['claude', 'gpt-us'] }));
    await replaceConfig({ ctx, input: { document: { ...rest, flows: now } } });
    await removeTarget({ ctx, input: { slug: 'gpt-eu', expectedVersion: 1 } });
    const refusal = await refusalOf(rollBack(1));
    expect(refusal).toMatchObject({ code: 'invalid', issues: [{ path: 'chain.2' }] });
    expect(refusal.message).toMatch(/^Version 1 cannot be put in force again: No target "gpt-eu"/);
    expect((await flow()).publishedVersion).toBe(4);
  });

  it('twice at once happens once', async () => {
    const { version: expectedVersion } = await flow();
    const both = await Promise.allSettled([
      rollBack(1, { expectedVersion }),
      rollBack(2, { expectedVersion }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await flow()).publishedVersion).toBe(4);
  });
});
