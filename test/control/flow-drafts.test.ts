import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policySchema } from '#lib/contract/policy.ts';
import { applyConfigFile } from '#lib/control/config/apply-file.ts';
import { exportConfig } from '#lib/control/config/export.ts';
import { createFlow } from '#lib/control/flow/create.ts';
import { getFlow } from '#lib/control/flow/get.ts';
import { getFlowDraft } from '#lib/control/flow/get-draft.ts';
import { listFlows } from '#lib/control/flow/list.ts';
import { removeFlow } from '#lib/control/flow/remove.ts';
import { saveFlowDraft } from '#lib/control/flow/save-draft.ts';
import { openStore } from '#lib/store/store.ts';
import { chain, type DraftParts, editorOf, slug } from './flow-editor.ts';
import {
  exampleConfig,
  openExample,
  openWorkspace,
  present,
  refusalOf,
  type Workspace,
} from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openExample();
});
afterEach(() => workspace.close());

const { audited, discard, draft, live, publish, save } = editorOf(() => workspace);

describe('a draft', () => {
  it('is kept with who saved it and what it would change, and the gateway hears nothing of it', async () => {
    const { ctx, published, clock, announced } = workspace;
    const told = published.length;
    clock.now += 5000;
    expect(await getFlowDraft({ ctx, input: { slug } })).toEqual({ draft: null, version: 0 });
    await save({
      chain: chain('gpt-us', 'claude'),
      policy: policySchema.parse({ mode: 'quality', badge: { on: true } }),
    });
    expect(await draft()).toMatchObject({
      chain: [
        { target: 'gpt-us', enabled: true, adapter: null, role: 'primary' },
        { target: 'claude', role: 'backup' },
      ],
      basedOn: 1,
      overtaken: false,
      problems: [],
      savedBy: 'user:ana@example.com',
      savedAtWallMs: clock.now,
    });
    expect(present(await draft()).changes).toEqual([
      {
        path: '/chain',
        op: 'change',
        before: ['claude', 'gpt-us', 'gpt-eu'],
        after: ['gpt-us', 'claude'],
      },
      {
        path: '/chain/gpt-us/adapter',
        op: 'remove',
        before: { systemSuffix: 'Answer in at most five sentences.' },
      },
      { path: '/chain/gpt-eu', op: 'remove', before: { enabled: true } },
      { path: '/policy/mode', op: 'change', before: 'mixed', after: 'quality' },
    ]);
    expect((await live()).number).toBe(1);
    expect(published).toHaveLength(told);
    expect(announced.at(-1)).toMatchObject({
      action: 'flow.draft.save',
      entity: 'flow',
      entityId: slug,
      summary: 'Saved a draft of the flow Support chat: 4 differences to what is in force.',
    });
  });

  it('shows in lists as something about to be published, and only there where it is', async () => {
    await save();
    const flows = await listFlows({ ctx: workspace.ctx });
    expect(flows.map((flow) => [flow.slug, flow.hasDraft])).toEqual([
      [slug, true],
      ['nightly-classify', false],
    ]);
    await discard(1);
    expect((await getFlow({ ctx: workspace.ctx, input: { slug } })).hasDraft).toBe(false);
  });

  it('may say what is in force already', async () => {
    expect((await save()).changes).toEqual([]);
  });

  it('that is saved again as it is writes nothing and keeps its version', async () => {
    const first = await save({ chain: chain('gpt-eu') });
    const before = await audited();
    workspace.clock.now += 1000;
    const again = await save({ chain: chain('gpt-eu'), expectedVersion: first.version });
    expect(again).toEqual(first);
    expect(await audited()).toEqual(before);
  });

  it('survives a restart', async () => {
    const saved = await save({ chain: chain('gpt-eu') });
    await workspace.store.close();
    const store = await openStore({ dataDir: workspace.dataDir });
    const restarted = { ...workspace.ctx, store };
    expect((await getFlowDraft({ ctx: restarted, input: { slug } })).draft).toEqual(saved);
    workspace.close = () => store.close();
  });

  it('of an older version of the product has the defaults of what that did not know', async () => {
    await save();
    await workspace.store.prisma.flowDraft.update({
      where: { flowSlug: slug },
      data: { policy: { mode: 'quality' } },
    });
    expect(present(await draft()).policy).toEqual(policySchema.parse({ mode: 'quality' }));
  });

  it('is nobody’s edit of the configuration: it is not exported, and the configuration file still applies', async () => {
    await workspace.close();
    workspace = await openWorkspace();
    const { ctx } = workspace;
    const file = (name: string) => {
      const config = exampleConfig();
      const flows = present(config.flows).map((flow) => (flow.slug === slug ? { ...flow, name } : flow));
      return { text: JSON.stringify({ ...config, flows }), name: 'switchyard.json' };
    };
    await applyConfigFile({ ctx, input: file('One') });
    const before = await exportConfig({ ctx });
    await save({ chain: chain('gpt-eu') });
    expect(await exportConfig({ ctx })).toEqual(before);
    expect((await applyConfigFile({ ctx, input: file('Two') })).outcome).toBe('applied');
    expect(present(await draft()).chain).toHaveLength(1);
  });

  it('goes with its flow', async () => {
    const { ctx, store } = workspace;
    await save();
    await removeFlow({ ctx, input: { slug, expectedVersion: 1 } });
    expect(await store.prisma.flowDraft.count()).toBe(0);
    const again = { slug, name: 'New', aliases: [], chain: chain('claude'), policy: policySchema.parse({}) };
    expect((await createFlow({ ctx, input: again })).hasDraft).toBe(false);
  });
});

describe('saving a draft', () => {
  const refusals: [what: string, parts: DraftParts, path: string][] = [
    ['a target that there is not', { chain: chain('claude', 'gpt-9') }, 'chain.1'],
    ['a target twice', { chain: chain('claude', 'claude') }, 'chain.1'],
    ['a chain without targets', { chain: [] }, 'chain'],
    [
      'a policy that contradicts itself',
      {
        policy: {
          ...policySchema.parse({}),
          timeouts: { firstTokenSeconds: 60, idleSeconds: 5, totalSeconds: 30 },
        },
      },
      'policy.timeouts.firstTokenSeconds',
    ],
    ['a version that has never been published', { basedOn: 2 }, 'basedOn'],
    ['a version before the first', { basedOn: 0 }, 'basedOn'],
  ];

  it.each(refusals)(
    'with %s is refused by path, and what was saved before stays',
    async (_what, parts, path) => {
      const saved = await save({ chain: chain('gpt-eu') });
      const before = await audited();
      const refusal = await refusalOf(save({ ...parts, expectedVersion: saved.version }));
      expect(refusal.code).toBe('invalid');
      expect(refusal.issues.map((issue) => issue.path)).toEqual([path]);
      expect(await draft()).toEqual(saved);
      expect(await audited()).toEqual(before);
    },
  );

  it('over somebody else’s is refused with theirs', async () => {
    const theirs = await save({ chain: chain('gpt-eu') });
    const refusal = await refusalOf(save({ chain: chain('gpt-us') }));
    expect(refusal).toMatchObject({ code: 'stale_version', current: theirs });
    expect(refusal.message).toContain('saved by ana@example.com');
    expect(await draft()).toEqual(theirs);
  });

  it('after it was thrown away is refused, saying that there is none', async () => {
    const { version } = await save();
    await discard(version);
    const refusal = await refusalOf(save({ expectedVersion: version }));
    expect(refusal).toMatchObject({ code: 'stale_version', current: null });
    expect(refusal.message).toContain('If-Match "0"');
  });

  it('twice at once keeps one of them and refuses the other with it', async () => {
    const both = await Promise.allSettled([
      save({ chain: chain('gpt-eu') }),
      save({ chain: chain('gpt-us') }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(present(await draft()).chain).toHaveLength(1);
  });

  it('never gives a version out twice, so that a new draft is not taken for one that was thrown away', async () => {
    const first = await save({ chain: chain('gpt-eu') });
    await discard(first.version);
    const second = await save({ chain: chain('gpt-us') });
    expect(second.version).toBeGreaterThan(first.version);
    expect(await refusalOf(publish(first.version))).toMatchObject({
      code: 'stale_version',
      current: { version: second.version },
    });
  });

  it('of a flow that there is not is refused', async () => {
    const input = { slug: 'nowhere', expectedVersion: 0, chain: chain('claude'), basedOn: 1 };
    const saving = saveFlowDraft({ ctx: workspace.ctx, input: { ...input, policy: policySchema.parse({}) } });
    expect((await refusalOf(saving)).code).toBe('not_found');
  });
});

describe('throwing a draft away', () => {
  it('keeps what it said in the audit', async () => {
    const { version } = await save({ chain: chain('gpt-eu') });
    await discard(version);
    expect(await draft()).toBeNull();
    expect((await audited())[0]).toMatchObject({
      action: 'flow.draft.discard',
      before: { basedOn: 1, chain: chain('gpt-eu') },
      after: null,
    });
  });

  it('that somebody has saved anew is refused with it; one that there is not is not found', async () => {
    const { version } = await save({ chain: chain('gpt-eu') });
    const newer = await save({ chain: chain('gpt-us'), expectedVersion: version });
    expect(await refusalOf(discard(version))).toMatchObject({ code: 'stale_version', current: newer });
    await discard(newer.version);
    expect((await refusalOf(discard(newer.version))).code).toBe('not_found');
  });
});
