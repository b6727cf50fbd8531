import type { TargetView } from '#lib/contract/api.ts';

export type TargetIndex = ReadonlyMap<string, TargetView>;

export function indexTargets(targets: readonly TargetView[]): TargetIndex {
  return new Map(targets.map((target) => [target.slug, target]));
}

/** "gpt-4o (us-east)", or "claude-sonnet-4-5 (Anthropic)" where the region says nothing; an unknown slug stands for itself. */
export function targetLabel(targets: TargetIndex, slug: string): string {
  const target = targets.get(slug);
  if (target === undefined) return slug;
  const label = plainLabel(target);
  const twin = [...targets.values()].some((other) => other.slug !== slug && plainLabel(other) === label);
  return twin ? `${label} [${slug}]` : label;
}

function plainLabel(target: TargetView): string {
  const place =
    target.region === null || target.region === 'global'
      ? target.providerName.replace(/ \(simulated\)$/, '')
      : target.region;
  return `${target.model} (${place})`;
}
