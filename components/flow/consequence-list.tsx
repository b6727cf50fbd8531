import type { MarkedConsequence } from './changed-consequences.ts';
import classes from './consequence-list.module.css';
import { continued } from './consequence-words.ts';
import type { Outcome } from './consequences.ts';

/** What would happen, case by case; what is not so today is marked, with what is. */
export function ConsequenceList({ said }: { said: readonly MarkedConsequence[] }) {
  return (
    <dl className={classes.cases}>
      {said.map(({ key, when, outcomes, note, today }) => (
        <div key={key} data-changed={today.length > 0} data-case={key}>
          <dt>
            {when}
            {today.length === 0 ? null : <span className={classes.mark}>changes</span>}
          </dt>
          {outcomes.map((outcome) => (
            <dd key={outcome.stakes ?? 'all'}>
              <Stakes of={outcome} />
              {outcome.text}
            </dd>
          ))}
          {note === null ? null : <dd className={classes.note}>{note}</dd>}
          {today.length === 0 ? null : <dd className={classes.note}>Today: {todayWords(today)}</dd>}
        </div>
      ))}
    </dl>
  );
}

function Stakes({ of }: { of: Outcome }) {
  if (of.stakes === null) return null;
  return <strong className={classes.stakes}>{of.stakes === 'low' ? 'Low stakes: ' : 'High stakes: '}</strong>;
}

function todayWords(today: readonly Outcome[]): string {
  return today
    .map(({ stakes, text }) => (stakes === null ? continued(text) : `${stakes} stakes: ${text}`))
    .join(' ');
}
