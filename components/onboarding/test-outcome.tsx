import { IconCircleCheck } from '@tabler/icons-react';
import type { TestFailure } from '#lib/contract/onboarding.ts';
import { errorMessage } from '../api/client.ts';
import { Alarm } from '../ui/alarm.tsx';
import classes from './onboarding.module.css';

interface TestOutcomeProps {
  /** What it says when it went well; null: it did not. */
  good: string | null;
  failure: TestFailure | null | undefined;
  /** The field that is wrong says so itself. */
  beside?: boolean;
  /** The call to our own API failed. */
  error: Error | null;
}

/** What a test call came to: in words, with the provider's own behind them. */
export function TestOutcome({ good, failure, beside = false, error }: TestOutcomeProps) {
  return (
    <div aria-live="polite">
      {good === null ? null : (
        <p className={classes.good}>
          <IconCircleCheck size={16} stroke={1.8} aria-hidden /> {good}
        </p>
      )}
      {failure == null ? null : <Alarm text={beside ? besideText(failure) : failureText(failure)} />}
      {error === null ? null : <Alarm text={errorMessage(error)} />}
    </div>
  );
}

/** Our words, then the provider's, which somebody may have to search for. */
function failureText({ message, said }: TestFailure): string {
  return said === null || said === '' || message.includes(said) ? message : `${message} It said: “${said}”`;
}

/** What is left to say where the field has our words already. */
function besideText({ said }: TestFailure): string {
  const tried = 'The test failed: the field above says what to change.';
  return said === null || said === '' ? tried : `${tried} The provider said: “${said}”`;
}
