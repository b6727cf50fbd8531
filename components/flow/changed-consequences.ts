import { continued } from './consequence-words.ts';
import type { Consequence, Outcome } from './consequences.ts';

export interface MarkedOutcome extends Outcome {
  /** It is not so today. */
  changed: boolean;
}

export interface MarkedConsequence extends Omit<Consequence, 'outcomes'> {
  outcomes: MarkedOutcome[];
  /** What is so today instead; empty where nothing changes. */
  today: Outcome[];
}

/** The consequences of a draft beside those of what is in force. */
export function markChanges(
  live: readonly Consequence[],
  draft: readonly Consequence[],
): MarkedConsequence[] {
  return draft.map((said) => {
    const before = live.find(({ key }) => key === said.key);
    const isSo = ({ stakes, text }: Outcome) =>
      before !== undefined &&
      before.when === said.when &&
      before.outcomes.some((old) => old.text === text && (old.stakes === stakes || old.stakes === null));
    const outcomes = said.outcomes.map((outcome) => ({ ...outcome, changed: !isSo(outcome) }));
    const changed = outcomes.some((outcome) => outcome.changed);
    return { ...said, outcomes, today: changed ? todayOf(before, said) : [] };
  });
}

/** Where the primary itself is another one, the case has another name today. */
function todayOf(before: Consequence | undefined, said: Consequence): Outcome[] {
  if (before === undefined) return [];
  if (before.when === said.when) return before.outcomes;
  return before.outcomes.map((outcome) => ({
    ...outcome,
    text: `${before.when}: ${continued(outcome.text)}`,
  }));
}
