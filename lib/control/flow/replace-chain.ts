import type { FlowView } from '#lib/contract/api.ts';
import type { ChainEntry } from '#lib/contract/config.ts';
import type { FlowRow } from '#lib/store/flows.ts';
import { sameJson } from '../checks.ts';
import type { ControlContext } from '../context.ts';
import { saveFlow } from './save.ts';

export interface ReplaceFlowChainInput {
  slug: string;
  /** The version that the caller read. */
  expectedVersion: number;
  /** In order of preference. */
  chain: ChainEntry[];
  reason?: string;
}

/**
 * Reorders, enables, disables, adds or takes out targets; published at once as a new version, which needs a reason.
 * @throws ControlError `not_found`, `stale_version`, `invalid` (no such target, one twice: `chain.1`; `reason`)
 */
export async function replaceFlowChain({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ReplaceFlowChainInput;
}): Promise<FlowView> {
  const { slug, expectedVersion, chain, reason } = input;
  return saveFlow(ctx, {
    slug,
    expectedVersion,
    action: 'flow.chain',
    summary: (current) => summaryOf(current, chain),
    reason: reason ?? null,
    apply: (current) => ({ ...current, published: { chain, policy: current.published.policy } }),
  });
}

function summaryOf(current: FlowRow, chain: readonly ChainEntry[]): string {
  const order = wordsOf(chain);
  if (order !== wordsOf(current.published.chain))
    return `Changed the chain of the flow ${current.name}: ${order}.`;
  const before = new Map(current.published.chain.map(({ target, adapter }) => [target, adapter]));
  const adapted = chain.filter(({ target, adapter }) => !sameJson(adapter, before.get(target)));
  return `Changed the prompt rules of the flow ${current.name} for ${adapted.map(({ target }) => target).join(', ')}.`;
}

function wordsOf(chain: readonly ChainEntry[]): string {
  return chain.map(({ target, enabled }) => (enabled ? target : `${target} (off)`)).join(', ');
}
