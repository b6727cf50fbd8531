import { Fragment } from 'react';
import type { PointerChange } from './pointers.ts';
import classes from './version.module.css';

interface ChangeWordsProps {
  /** A sentence a change. */
  sentences: readonly string[];
  /** The same exactly, on demand; absent: not known here. */
  pointers?: readonly PointerChange[];
  /** What is said where nothing differs. */
  none: string;
}

/** What changes: in sentences first, then exactly. */
export function ChangeWords({ sentences, pointers, none }: ChangeWordsProps) {
  if (sentences.length === 0) return <p className={classes.quiet}>{none}</p>;
  return (
    <>
      <ul className={classes.changes} aria-label="What changes">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {pointers === undefined ? null : (
        <details className={classes.exact}>
          <summary>Exactly, as the API says it</summary>
          <PointerTable changes={pointers} />
        </details>
      )}
    </>
  );
}

/** May break after its slashes. */
function Pointer({ path }: { path: string }) {
  const [, ...parts] = path.split('/');
  return parts.map((part, at) => (
    <Fragment key={parts.slice(0, at + 1).join('/')}>
      /<wbr />
      {part}
    </Fragment>
  ));
}

function PointerTable({ changes }: { changes: readonly PointerChange[] }) {
  return (
    <div className={classes.scroll}>
      <table>
        <thead>
          <tr>
            <th scope="col">Pointer</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ path, op, before, after }) => (
            <tr key={path}>
              <th scope="row">
                <Pointer path={path} />
              </th>
              <td>{op === 'add' ? 'absent' : JSON.stringify(before)}</td>
              <td>{op === 'remove' ? 'absent' : JSON.stringify(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
