import type { ChainEntry } from '#lib/contract/config.ts';
import type { FlowDraft } from '#lib/contract/flow-editing.ts';
import type { Policy, PolicyPatch } from '#lib/contract/policy.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { discardFlowDraft } from '#lib/control/flow/discard-draft.ts';
import { getFlowDraft } from '#lib/control/flow/get-draft.ts';
import { publishFlowDraft } from '#lib/control/flow/publish-draft.ts';
import { saveFlowDraft } from '#lib/control/flow/save-draft.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { present, type Workspace } from './workspace.ts';

export const slug = 'support-chat';
export const reason = 'the runbook says so';
export const chain = (...targets: string[]): ChainEntry[] =>
  targets.map((target) => ({ target, enabled: true }));

export interface DraftParts {
  expectedVersion?: number;
  chain?: ChainEntry[];
  policy?: Policy;
  basedOn?: number;
}

/** One operator who edits the example's flow; each call names the versions that are there unless it says otherwise. */
export function editorOf(workspace: () => Workspace) {
  const live = async () => {
    const flow = present(await workspace().store.flows.get(slug));
    return { version: flow.version, ...flow.published };
  };
  return {
    /** What is in force, with the flow's version. */
    live,
    /** Saves what is in force with these parts changed, as the first draft. */
    async save(parts: DraftParts = {}): Promise<FlowDraft> {
      const { chain: order, policy, number } = await live();
      const input = { slug, expectedVersion: 0, chain: order, policy, basedOn: number, ...parts };
      return present((await saveFlowDraft({ ctx: workspace().ctx, input })).draft);
    },
    draft: async () => (await getFlowDraft({ ctx: workspace().ctx, input: { slug } })).draft,
    discard: (expectedVersion: number) =>
      discardFlowDraft({ ctx: workspace().ctx, input: { slug, expectedVersion } }),
    async publish(draftVersion: number, parts: { reason?: string; expectedVersion?: number } = {}) {
      const { version: expectedVersion } = await live();
      const input = { slug, expectedVersion, draftVersion, reason, ...parts };
      return publishFlowDraft({ ctx: workspace().ctx, input });
    },
    /** Publishes past the draft. */
    async patch(policy: PolicyPatch) {
      const { version: expectedVersion } = await live();
      return updateFlow({
        ctx: workspace().ctx,
        input: { slug, expectedVersion, patch: { policy, reason } },
      });
    },
    /** Newest first. */
    audited: async () => (await listAudit({ ctx: workspace().ctx, input: { limit: 200 } })).items,
  };
}
