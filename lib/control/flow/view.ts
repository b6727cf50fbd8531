import type { FlowView } from '#lib/contract/api.ts';
import type { ChainEntry } from '#lib/contract/config.ts';
import type { FlowRow } from '#lib/store/flows.ts';
import type { NewTarget } from '#lib/store/targets.ts';

type ChainView = FlowView['chain'];

/** What is shown of a flow: its published chain, with how each target stands to the primary, and its policy. */
export function viewFlow(row: FlowRow, targets: readonly NewTarget[]): FlowView {
  return {
    slug: row.slug,
    name: row.name,
    aliases: row.aliases,
    chain: viewChain(row.published.chain, targets),
    policy: row.published.policy,
    callerTimeoutSeconds: row.callerTimeoutSeconds,
    exceptions: row.exceptions,
    simulated: row.simulated,
    version: row.version,
    publishedVersion: row.published.number,
    publishedAtWallMs: row.published.atWallMs,
    publishedBy: row.published.by,
    hasDraft: row.hasDraft,
  };
}

/** The first enabled target is the primary; one of its family is an alternate, any other a backup model. */
export function viewChain(chain: readonly ChainEntry[], targets: readonly NewTarget[]): ChainView {
  const bySlug = new Map(targets.map((target) => [target.slug, target]));
  const isOn = (slug: string, enabled: boolean) => enabled && bySlug.get(slug)?.enabled === true;
  const familyOf = (slug: string) => {
    const target = bySlug.get(slug);
    return target?.modelFamily ?? target?.model;
  };
  const primary = chain.find(({ target, enabled }) => isOn(target, enabled))?.target;
  return chain.map(({ target, enabled, adapter }) => {
    const entry = { target, enabled, adapter: adapter ?? null };
    if (!isOn(target, enabled)) return { ...entry, role: 'disabled' };
    if (target === primary) return { ...entry, role: 'primary' };
    const sameFamily = primary !== undefined && familyOf(target) === familyOf(primary);
    return { ...entry, role: sameFamily ? 'alternate' : 'backup' };
  });
}
