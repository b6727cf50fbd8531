import { Button, CopyButton, Skeleton } from '@mantine/core';
import { type CSSProperties, type ReactNode, useId } from 'react';
import { Alarm } from './alarm.tsx';
import { KEYBOARD_SCROLL } from './keyboard-scroll.ts';
import classes from './panel.module.css';

/** The four states of a panel that has nothing to draw, and the one in which it has. */
export type PanelState =
  | { kind: 'ready' }
  | { kind: 'loading' }
  /** Never had data; `curl` is how to send some, `action` where to begin. */
  | { kind: 'never'; text: string; curl?: string; action?: ReactNode }
  /** Has data, but not in this range. */
  | { kind: 'none'; text: string; action?: ReactNode }
  /** `lastGood`: what was read before is still on the screen. */
  | { kind: 'failed'; text: string; onRetry: () => void; lastGood?: boolean };

export interface PanelProps {
  title: ReactNode;
  /** At the right of the title. */
  aside?: ReactNode;
  state?: PanelState;
  /** Height of the body, px, kept in every state so that nothing jumps. */
  height?: number;
  children?: ReactNode;
  /** Scrolls inside instead of growing. */
  scroll?: boolean;
  flush?: boolean;
  className?: string;
}

/** A titled part of a page that loads, fails and is empty by itself. */
export function Panel(props: PanelProps) {
  const { title, aside, state = { kind: 'ready' }, height, children, scroll, flush, className } = props;
  const headingId = useId();
  return (
    <section className={`${classes.panel} ${className ?? ''}`} aria-labelledby={headingId}>
      <header className={classes.header}>
        <h2 id={headingId} className={classes.title}>
          {title}
        </h2>
        {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      </header>
      <div
        className={classes.body}
        style={heightVariable(height)}
        data-scroll={scroll}
        data-flush={flush}
        {...(scroll ? { ...KEYBOARD_SCROLL, role: 'group', 'aria-labelledby': headingId } : {})}
      >
        <Body state={state} height={height}>
          {children}
        </Body>
      </div>
    </section>
  );
}

/** As a variable, so that a phone may let the panel grow instead. */
function heightVariable(height: number | undefined): CSSProperties | undefined {
  return height === undefined ? undefined : { ['--panel-height' as string]: `${height}px` };
}

function Body({ state, height, children }: { state: PanelState; height?: number; children: ReactNode }) {
  switch (state.kind) {
    case 'ready':
      return children;
    case 'loading':
      return (
        <>
          <Skeleton height={(height ?? 96) - 12} />
          <span className="sy-hidden" role="status">
            Loading
          </span>
        </>
      );
    case 'never':
      return (
        <div className={classes.empty}>
          <p>{state.text}</p>
          {state.curl !== undefined && <CopyableCode code={state.curl} />}
          {state.action}
        </div>
      );
    case 'none':
      return (
        <div className={classes.empty}>
          <p>{state.text}</p>
          {state.action}
        </div>
      );
    case 'failed':
      return state.lastGood ? (
        <LastGood text={state.text} onRetry={state.onRetry}>
          {children}
        </LastGood>
      ) : (
        <Alarm text={state.text} onRetry={state.onRetry} />
      );
    default:
      return unreachable(state);
  }
}

/** What was read before stays where it was, hatched, with one line over it that says why it is old. */
function LastGood(props: { text: string; onRetry: () => void; children: ReactNode }) {
  return (
    <>
      <div className="sy-live" data-stale="true">
        {props.children}
      </div>
      <div className={classes.notice} role="alert">
        <span title={props.text}>Not refreshed. {props.text}</span>
        <Button size="compact-xs" variant="default" onClick={props.onRetry}>
          Retry
        </Button>
      </div>
    </>
  );
}

/** Code to paste, with its Copy button. */
export function CopyableCode({ code }: { code: string }) {
  return (
    <div className={classes.code}>
      <pre>{code}</pre>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}

function unreachable(value: never): never {
  throw new Error(`Unhandled panel state: ${JSON.stringify(value)}`);
}
