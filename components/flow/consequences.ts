import type { Policy } from '#lib/contract/policy.ts';
import { chainRoles, type DraftEntry } from './chain-draft.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';

interface Plan {
  draft: readonly DraftEntry[];
  targets: TargetIndex;
  policy: Policy;
}

interface Candidate {
  slug: string;
  role: ReturnType<typeof chainRoles>[number];
}

/** What follows when something is the case; one sentence, or one for each kind of stakes. */
export interface Consequence {
  when: string;
  outcomes: string[];
}

/** What this chain and policy mean for the product's users: primary down, its model down, everything down. */
export function consequences(plan: Plan): Consequence[] {
  const candidates = callable(plan);
  const [primary, ...rest] = candidates;
  if (primary === undefined) {
    return [
      { when: 'No target is enabled', outcomes: [`Every request is refused: ${refusal(plan.policy)}.`] },
    ];
  }
  const name = targetLabel(plan.targets, primary.slug);
  const said: Consequence[] = [
    { when: 'Normally', outcomes: [`${name} answers.`] },
    { when: `If ${name} is down`, outcomes: outcome(rest, plan) },
  ];
  const backups = rest.filter((entry) => entry.role === 'backup');
  if (backups.length > 0 && backups.length < rest.length) {
    const family = plan.targets.get(primary.slug)?.modelFamily ?? primary.slug;
    said.push({ when: `If ${family} is down everywhere`, outcomes: outcome(backups, plan) });
  }
  if (rest.length > 0)
    said.push({ when: 'If everything is down', outcomes: [sentence(refusal(plan.policy))] });
  return said;
}

function callable({ draft, targets }: Plan): Candidate[] {
  return chainRoles(draft, targets)
    .map((role, at) => ({ slug: draft[at]?.target ?? '', role }))
    .filter((entry) => entry.role !== 'disabled');
}

/** Who answers when only these are left, by stakes where the mode looks at them. */
function outcome(left: readonly Candidate[], plan: Plan): string[] {
  const lenient = answer(left[0], plan);
  const strict = answer(
    left.find((entry) => entry.role !== 'backup'),
    plan,
  );
  switch (plan.policy.mode) {
    case 'availability':
      return [sentence(lenient)];
    case 'quality':
      return [sentence(strict)];
    case 'mixed':
      return lenient === strict
        ? [sentence(lenient)]
        : [`Low stakes: ${lenient}.`, `High stakes: ${strict}.`];
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
function refusal({ degraded }: Policy): string {
  return degraded.as === 'error'
    ? `callers get the error “${degraded.message}” and may try again after ${degraded.retryAfterSeconds} s`
    : `callers get the message “${degraded.message}”, marked as degraded`;
}

/** Capitalises words of ours; a target's name keeps its own case. */
function sentence(words: string): string {
  return `${words.startsWith('callers') ? `C${words.slice(1)}` : words}.`;
}
