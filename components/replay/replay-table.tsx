import type { Replay } from '#lib/contract/replay.ts';
import { KEYBOARD_SCROLL } from '../ui/keyboard-scroll.ts';
import classes from './replay.module.css';
import { type ReplayCell, replayRows, targetCalls } from './replay-rows.ts';

/** Everything side by side: what was, what is in force, the draft. */
export function ReplayTable({ replay }: { replay: Replay }) {
  return (
    <section
      className={classes.scroll}
      aria-label="What would have happened, in figures"
      {...KEYBOARD_SCROLL}
    >
      <table className={classes.table}>
        <Head corner="Requests" drafted={replay.draft !== null} />
        <tbody>
          {replayRows(replay).map(({ key, label, part, really, live, draft, difference }) => (
            <tr key={key} data-part={part}>
              <th scope="row">{label}</th>
              <Cell of={really} />
              <Cell of={live} />
              {draft === null ? null : <Cell of={draft} difference={difference} />}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Who would have been called how often. */
export function CallsTable({ replay, label }: { replay: Replay; label: (slug: string) => string }) {
  return (
    <section className={classes.scroll} aria-label="Calls by target" {...KEYBOARD_SCROLL}>
      <table className={classes.table}>
        <Head corner="Calls" drafted={replay.draft !== null} />
        <tbody>
          {targetCalls(replay).map(({ target, really, live, draft }) => (
            <tr key={target}>
              <th scope="row">{label(target)}</th>
              <Cell of={really} />
              <Cell of={live} />
              {draft === null ? null : <Cell of={draft} />}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Head({ corner, drafted }: { corner: string; drafted: boolean }) {
  return (
    <thead>
      <tr>
        <th scope="col">{corner}</th>
        <th scope="col">Really</th>
        <th scope="col">In force, replayed</th>
        {drafted ? <th scope="col">Draft</th> : null}
      </tr>
    </thead>
  );
}

function Cell({ of, difference = null }: { of: ReplayCell; difference?: string | null }) {
  return (
    <td>
      {of.value}
      {of.detail === null ? null : <span className={classes.detail}>{of.detail}</span>}
      {difference === null ? null : <span className={classes.difference}>{difference}</span>}
    </td>
  );
}
