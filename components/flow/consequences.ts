import type { Policy } from '#lib/contract/policy.ts';
import { chainRoles, type DraftEntry } from './chain-draft.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';

interface Plan {
  draft: readonly DraftEntry[];
  targets: TargetIndex;
  policy: Policy;
}

type Role = ReturnType<typeof chainRoles>[number];
interface Candidate {
  slug: string;
  role: Role;
}

/** What this chain and policy mean for the product's users, in sentences: primary down, its model down, everything down. */
export function consequences(plan: Plan): string[] {
  const candidates = callable(plan);
  const primary = candidates[0];
  if (primary === undefined) {
    return [`No target is enabled: every request is refused; ${refusal(plan.policy)}.`];
  }
  const name = (slug: string) => targetLabel(plan.targets, slug);
  const sentences = [`Normally ${name(primary.slug)} answers.`];
  const rest = candidates.slice(1);
  const alternates = rest.filter((entry) => entry.role === 'alternate');
  sentences.push(`If ${name(primary.slug)} is down: ${outcome(rest, plan)}.`);
  if (alternates.length > 0 && rest.some((entry) => entry.role === 'backup')) {
    const family = plan.targets.get(primary.slug)?.modelFamily ?? primary.slug;
    const backups = rest.filter((entry) => entry.role === 'backup');
    sentences.push(`If ${family} is down everywhere: ${outcome(backups, plan)}.`);
  }
  if (rest.length > 0) sentences.push(`If everything is down: ${refusal(plan.policy)}.`);
  return sentences;
}

function callable({ draft, targets }: Plan): Candidate[] {
  return chainRoles(draft, targets)
    .map((role, at) => ({ slug: draft[at]?.target ?? '', role }))
    .filter((entry) => entry.role !== 'disabled');
}

/** Who answers when only these are left, by stakes where the mode looks at them. */
function outcome(left: readonly Candidate[], plan: Plan): string {
  const lenient = answer(left[0], plan);
  const strict = answer(
    left.find((entry) => entry.role !== 'backup'),
    plan,
  );
  switch (plan.policy.mode) {
    case 'availability':
      return lenient;
    case 'quality':
      return strict;
    case 'mixed':
      return lenient === strict ? lenient : `low stakes: ${lenient}; high stakes: ${strict}`;
    default:
      return plan.policy.mode satisfies never;
  }
}

function answer(candidate: Candidate | undefined, { targets, policy }: Plan): string {
  if (candidate === undefined) return refusal(policy);
  const name = targetLabel(targets, candidate.slug);
  if (candidate.role !== 'backup') return `${name} answers, the same model, without a badge`;
  return policy.badge.on
    ? `${name} answers, with the badge “${policy.badge.text}”`
    : `${name} answers, and users are not told`;
}

/** What a caller gets who is not served. */
export function refusal({ degraded }: Policy): string {
  const text = `“${degraded.message}”`;
  const again = `may try again after ${degraded.retryAfterSeconds} s`;
  return degraded.as === 'error'
    ? `callers get the error ${text} and ${again}`
    : `callers get the message ${text}, marked as degraded`;
}
