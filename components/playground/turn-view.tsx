'use client';

import { AnsweredByBadge } from '../flow/answered-by-badge.tsx';
import type { Turn } from './conversation.ts';
import classes from './playground.module.css';
import { TurnTrace } from './turn-trace.tsx';

interface TurnViewProps {
  turn: Turn;
  onAskAgain: (turn: Turn) => void;
}

/** A question, its answer as the product's user gets it, and beside it how the answer came about. */
export function TurnView({ turn, onAskAgain }: TurnViewProps) {
  const { completion, phase } = turn.exchange;
  return (
    <article className={classes.turn} aria-label={`Question ${turn.id}`}>
      <div>
        <div className={classes.question}>{turn.question}</div>
        <div className={classes.answer} data-testid="answer">
          {completion.text === '' && phase === 'waiting' ? (
            <span className={classes.waiting}>Waiting for the first token…</span>
          ) : (
            completion.text
          )}
        </div>
        <div className={classes.badge}>
          <AnsweredByBadge switchyard={completion.switchyard} onAskAgain={() => onAskAgain(turn)} />
        </div>
        {phase === 'stopped' ? <p className={classes.waiting}>Stopped by you.</p> : null}
        {completion.error === null ? null : <ErrorView turn={turn} />}
      </div>
      <TurnTrace turn={turn} />
    </article>
  );
}

function ErrorView({ turn }: { turn: Turn }) {
  const { completion, status, headers } = turn.exchange;
  const error = completion.error;
  if (error === null) return null;
  const from = headers?.requestId ? 'What the client gets' : 'Not from the gateway';
  const facts = [
    status === null ? null : `HTTP ${status}`,
    error.type,
    error.code === error.type ? null : error.code,
  ];
  return (
    <div className={classes.error} role="alert">
      <strong>{error.message}</strong>
      <div>
        {from}: {facts.filter((fact) => fact !== null).join(' · ') || 'no status'}
      </div>
    </div>
  );
}
