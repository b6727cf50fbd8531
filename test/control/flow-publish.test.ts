import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { removeTarget } from '#lib/control/target/remove.ts';
import { chain, editorOf, reason, slug } from './flow-editor.ts';
import { exampleConfig, openExample, present, refusalOf, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const { audited, draft, live, patch, publish, save } = editorOf(() => workspace);

describe('publishing a draft', () => {
  it('puts it in force with its reason, clears it and tells the gateway, all at once', async () => {
    const { published } = workspace;
    const { version } = await save({ chain: chain('gpt-eu', 'claude') });
    const view = await publish(version);
    expect(view).toMatchObject({ publishedVersion: 2, version: 2, hasDraft: false });
    expect(await draft()).toBeNull();
    expect(await live()).toMatchObject({ number: 2, reason, by: 'user:ana@example.com' });
    const told = present(published.at(-1)?.flows.find((flow) => flow.slug === slug));
    expect(told).toMatchObject({ version: 2, chain: [{ target: 'gpt-eu' }, { target: 'claude' }] });
    expect((await audited())[0]).toMatchObject({
      action: 'flow.publish',
      reason,
      summary: 'Published version 2 of the flow Support chat: 2 differences.',
      before: { chain: [{ target: 'claude' }, { target: 'gpt-us' }, { target: 'gpt-eu' }] },
      after: { chain: chain('gpt-eu', 'claude') },
    });
  });

  it.each([
    ['no', ''],
    ['too short a', '  short   '],
    ['too long a', 'x'.repeat(501)],
  ])('with %s reason is refused, and the draft stays', async (_what, text) => {
    const saved = await save({ chain: chain('gpt-eu') });
    const refusal = await refusalOf(publish(saved.version, { reason: text }));
    expect(refusal).toMatchObject({ code: 'invalid', issues: [{ path: 'reason' }] });
    expect(await draft()).toEqual(saved);
    expect((await live()).number).toBe(1);
  });

  it('of another version than was looked at is refused with the one that is there', async () => {
    const looked = await save({ chain: chain('gpt-eu') });
    const newer = await save({ chain: chain('gpt-us'), expectedVersion: looked.version });
    expect(await refusalOf(publish(looked.version))).toMatchObject({ code: 'stale_version', current: newer });
    expect((await live()).number).toBe(1);
  });

  it('over a version that it was not made from is refused until it has been saved against that', async () => {
    const mine = { ...(await live()).policy, mode: 'quality' as const };
    const saved = await save({ policy: mine });
    await patch({ mode: 'availability' });
    const overtaken = present(await draft());
    expect(overtaken).toMatchObject({ overtaken: true, basedOn: 1, version: saved.version });
    expect(overtaken.changes).toEqual([
      { path: '/policy/mode', op: 'change', before: 'availability', after: 'quality' },
    ]);
    const refusal = await refusalOf(publish(saved.version));
    expect(refusal).toMatchObject({ code: 'stale_version', current: { publishedVersion: 2 } });
    expect(refusal.message).toContain('basedOn 2');
    const rebased = await save({ policy: mine, expectedVersion: saved.version });
    expect(rebased).toMatchObject({ overtaken: false, basedOn: 2 });
    expect((await publish(rebased.version)).publishedVersion).toBe(3);
  });

  it('with the version of a flow that changed since is refused with the flow', async () => {
    const { version } = await save({ chain: chain('gpt-eu') });
    await updateFlow({
      ctx: workspace.ctx,
      input: { slug, expectedVersion: 1, patch: { name: 'Helpdesk' } },
    });
    const refusal = await refusalOf(publish(version, { expectedVersion: 1 }));
    expect(refusal).toMatchObject({ code: 'stale_version', current: { name: 'Helpdesk', version: 2 } });
    expect((await publish(version)).publishedVersion).toBe(2);
  });

  it('that says what is in force is refused in words', async () => {
    const { version } = await save();
    const refusal = await refusalOf(publish(version));
    expect(refusal.code).toBe('conflict');
    expect(refusal.message).toContain('nothing to publish');
  });

  it('without one is refused, saying how to make one', async () => {
    const refusal = await refusalOf(publish(1));
    expect(refusal.code).toBe('not_found');
    expect(refusal.message).toContain(`PUT /api/v1/flows/${slug}/draft`);
  });

  it('twice at once publishes it once', async () => {
    const { version } = await save({ chain: chain('gpt-eu') });
    const { version: expectedVersion } = await live();
    const both = await Promise.allSettled([
      publish(version, { expectedVersion }),
      publish(version, { expectedVersion }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await live()).number).toBe(2);
    expect((await audited()).filter(({ action }) => action === 'flow.publish')).toHaveLength(1);
  });
});

describe('a target that a draft alone names', () => {
  beforeEach(async () => {
    const { ctx } = workspace;
    const { flows, ...rest } = exampleConfig();
    const without = present(flows).map((flow) => ({ ...flow, chain: ['claude', 'gpt-us'] }));
    await replaceConfig({ ctx, input: { document: { ...rest, flows: without } } });
    await save({ chain: chain('claude', 'gpt-eu') });
    await removeTarget({ ctx, input: { slug: 'gpt-eu', expectedVersion: 1 } });
  });

  it('can be removed; the draft says what it lacks, and cannot be published until it is mended', async () => {
    const broken = present(await draft());
    expect(broken.chain[1]).toMatchObject({ target: 'gpt-eu', role: 'disabled' });
    expect(broken.problems).toEqual([
      { path: 'chain.1', message: expect.stringContaining('No target "gpt-eu"') },
    ]);
    const refusal = await refusalOf(publish(broken.version));
    expect(refusal).toMatchObject({ code: 'invalid', issues: [{ path: 'chain.1' }] });
    expect(await draft()).toEqual(broken);
    const mended = await save({ chain: chain('gpt-us'), expectedVersion: broken.version });
    expect(mended.problems).toEqual([]);
    expect((await publish(mended.version)).chain).toHaveLength(1);
  });
});
