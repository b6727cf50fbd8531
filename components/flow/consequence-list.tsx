import type { Consequence } from './consequences.ts';
import classes from './flow-detail.module.css';

/** What would happen, case by case. */
export function ConsequenceList({ said }: { said: readonly Consequence[] }) {
  return (
    <dl className={classes.cases}>
      {said.map(({ when, outcomes }) => (
        <div key={when}>
          <dt>{when}</dt>
          {outcomes.map((sentence) => (
            <dd key={sentence}>{sentence}</dd>
          ))}
        </div>
      ))}
    </dl>
  );
}
