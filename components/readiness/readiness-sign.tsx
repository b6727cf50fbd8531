import type { ReadinessItem } from '#lib/contract/readiness.ts';
import classes from './readiness.module.css';
import { STATE_WORDS } from './readiness-words.ts';

/** The state of an item by shape and by word; the colour only repeats it, and what is ready has none. */
export function ReadinessSign({ state }: { state: ReadinessItem['state'] }) {
  return (
    <span className={classes.sign} data-state={state}>
      <ReadinessIcon state={state} />
      {STATE_WORDS[state]}
    </span>
  );
}

/** Decorative: the words stand beside it. */
export function ReadinessIcon({ state }: { state: ReadinessItem['state'] }) {
  return (
    <svg width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <Shape state={state} />
    </svg>
  );
}

function Shape({ state }: { state: ReadinessItem['state'] }) {
  const line = { stroke: 'currentColor', strokeWidth: 1.5, fill: 'none', strokeLinecap: 'round' } as const;
  switch (state) {
    case 'ok':
      return <path d="M3 8.4 6.4 12 13 4.6" {...line} strokeWidth={1.8} />;
    case 'missing':
      return (
        <>
          <path d="M8 1.6 15 14H1z" {...line} strokeLinejoin="round" />
          <path d="M8 6.2v3.6M8 11.9v.1" {...line} />
        </>
      );
    case 'excepted':
      return (
        <>
          <circle cx="8" cy="8" r="6.4" {...line} strokeDasharray="2.4 2" />
          <path d="M5.4 8h5.2" {...line} />
        </>
      );
    default:
      return unreachable(state);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled state: ${String(value)}`);
}
