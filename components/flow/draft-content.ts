import type { z } from 'zod';
import type { FlowView } from '#lib/contract/api.ts';
import type { Adapter } from '#lib/contract/config.ts';
import { type FlowDraft, type FlowVersionDetail, flowDraftPutSchema } from '#lib/contract/flow-editing.ts';
import { chainChanges } from './chain-changes.ts';
import { chainBody, type DraftEntry, sameChain } from './chain-draft.ts';
import { policyChanges, policyChangeWords, samePolicy } from './policy-changes.ts';
import { checkPolicy, type PolicyDraft } from './policy-draft.ts';
import type { TargetIndex } from './target-label.ts';

/** What a version publishes, as the editor holds it. */
export interface FlowContent {
  chain: readonly DraftEntry[];
  policy: PolicyDraft;
}

/** The contract's own: what PUT .../draft takes, without what it was made from. */
export const contentSchema = flowDraftPutSchema.omit({ basedOn: true });
export type ContentBody = z.output<typeof contentSchema>;

export type ContentCheck =
  | { ok: true; body: ContentBody }
  /** By dotted path: "policy.badge.text", "chain.0.target". */
  | { ok: false; issues: ReadonlyMap<string, string> };

/** Of a flow, its draft, one of its versions, or what a text says. */
export function contentOf({
  chain,
  policy,
}: FlowView | FlowDraft | FlowVersionDetail | ContentBody): FlowContent {
  const entries: readonly { target: string; enabled: boolean; adapter?: Adapter | null }[] = chain;
  return {
    chain: entries.map(({ target, enabled, adapter }) => ({ target, enabled, adapter: adapter ?? null })),
    policy,
  };
}

/** The same as the API takes it; numbers may still be missing. */
export function bodyOf({ chain, policy }: FlowContent) {
  return { chain: chainBody(chain), policy };
}

/** Validates with the contract's schema, and that the chain leads somewhere. */
export function checkContent(content: FlowContent, targets: TargetIndex): ContentCheck {
  const parsed = contentSchema.safeParse(bodyOf(content));
  const issues = new Map<string, string>();
  for (const issue of parsed.error?.issues ?? []) issues.set(issue.path.join('.'), issue.message);
  const policy = checkPolicy(content.policy);
  if (!policy.ok) for (const [path, message] of policy.issues) issues.set(`policy.${path}`, message);
  for (const [path, message] of chainIssues(content.chain, targets)) issues.set(path, message);
  if (!parsed.success || issues.size > 0) return { ok: false, issues };
  return { ok: true, body: parsed.data };
}

function chainIssues(chain: readonly DraftEntry[], targets: TargetIndex): [string, string][] {
  const seen = new Set<string>();
  return chain.flatMap(({ target }, at): [string, string][] => {
    const twice = seen.has(target);
    seen.add(target);
    if (twice) return [[`chain.${at}`, `“${target}” is in this chain twice.`]];
    return targets.has(target) ? [] : [[`chain.${at}`, `There is no target “${target}”: remove it here.`]];
  });
}

export function sameContent(a: FlowContent, b: FlowContent): boolean {
  return sameChain(a.chain, b.chain) && samePolicy(a.policy, b.policy);
}

/** What leads from one to the other, a sentence a change: the chain first. */
export function contentChanges(before: FlowContent, after: FlowContent, targets: TargetIndex): string[] {
  return [
    ...chainChanges(before.chain, after.chain, targets),
    ...policyChanges(before.policy, after.policy).map(policyChangeWords),
  ];
}
