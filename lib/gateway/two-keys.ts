import type { Clock } from '#lib/engine/clock.ts';
import type { AttemptContext, AttemptOutcome } from '#lib/engine/run-types.ts';
import type { Failure } from '#lib/engine/types.ts';
import type { Answer } from './answer.ts';
import type { KeyWatch } from './key-watch.ts';
import type { TargetEntry } from './snapshot-index.ts';

type Settle = (outcome: AttemptOutcome<Answer>) => void;

/** One call with the key that this entry has. */
export type SendWith = (target: TargetEntry, attempt: AttemptContext, settle: Settle) => void;

const OLD_ANSWERED = 'The new key was refused; the previous one answered.';
const NEW_ANSWERED = 'The previous key was refused; the new one answered.';
const BOTH_REFUSED = 'Both the new key and the previous one were refused.';

export interface TwoKeys {
  clock: Clock;
  keys: KeyWatch;
  target: TargetEntry;
  /** The same target with the key before the rotation. */
  older: TargetEntry;
}

/** The target with its previous key; null where there is none, or its time is over. */
export function withPreviousKey(target: TargetEntry, nowWallMs: number): TargetEntry | null {
  const { previous, upstream } = target;
  if (previous === null || previous.untilWallMs <= nowWallMs) return null;
  return { ...target, upstream: { ...upstream, credential: previous.credential } };
}

/**
 * While two keys overlap: the call goes out with the new one and, where the vendor refuses that, at once again with the previous
 * one, inside the same attempt. Only when both are refused is the credential at fault. A new key that was refused a moment ago goes
 * second.
 */
export function sendWithEither(
  { clock, keys, target, older }: TwoKeys,
  attempt: AttemptContext,
  send: SendWith,
  settle: Settle,
): void {
  const startedAt = clock.now();
  const newFirst = !keys.isRefused(target);
  const note = (entry: TargetEntry, outcome: AttemptOutcome<Answer>) => {
    if (entry !== target) return;
    if (refusalOf(outcome) !== null) keys.refused(target);
    else if (outcome.kind === 'committed') keys.accepted(target);
  };
  const [first, second] = newFirst ? [target, older] : [older, target];
  send(first, attempt, (outcome) => {
    note(first, outcome);
    const refused = refusalOf(outcome);
    if (refused === null) {
      settle(newFirst ? outcome : withNote(outcome, OLD_ANSWERED));
      return;
    }
    const offset = clock.now() - startedAt;
    send(second, later(attempt, offset), (again) => {
      note(second, again);
      const other = refusalOf(again);
      if (other !== null)
        settle({ kind: 'failed', failure: newFirst ? refused : other, notes: [BOTH_REFUSED] });
      else settle(withNote(delayed(again, offset), newFirst ? OLD_ANSWERED : NEW_ANSWERED));
    });
  });
}

/** What says that a key, and not the call, is refused: 401 and 403 in their many forms. */
function refusalOf(outcome: AttemptOutcome<Answer>): Failure | null {
  if (outcome.kind !== 'failed') return null;
  const { failure } = outcome;
  return failure.class === 'auth' || failure.class === 'permission' ? failure : null;
}

/** First tokens are counted from the attempt's own start. */
function later(attempt: AttemptContext, offset: number): AttemptContext {
  return { ...attempt, onFirstToken: (firstTokenMs) => attempt.onFirstToken(firstTokenMs + offset) };
}

function delayed(outcome: AttemptOutcome<Answer>, offset: number): AttemptOutcome<Answer> {
  return outcome.kind === 'committed' ? { ...outcome, firstTokenMs: outcome.firstTokenMs + offset } : outcome;
}

function withNote(outcome: AttemptOutcome<Answer>, note: string): AttemptOutcome<Answer> {
  return { ...outcome, notes: [...(outcome.notes ?? []), note] };
}
