'use client';

import { useEffect, useRef, useState } from 'react';
import { announceTransitions } from './announcement.ts';
import { useRecentTransitions } from './hooks.ts';

/** Transitions are gathered for this long, so that a storm is one sentence. */
const GATHER_MS = 1_500;

/** Says transitions to a screen reader, once, politely. */
export function TransitionAnnouncer() {
  const transitions = useRecentTransitions();
  const [text, setText] = useState('');
  const said = useRef(0);
  useEffect(() => {
    const newest = transitions[0];
    if (newest === undefined) return;
    const timer = setTimeout(() => {
      const fresh = transitions.filter((transition) => transition.atWallMs > said.current);
      said.current = newest.atWallMs;
      setText(announceTransitions(fresh));
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [transitions]);
  return (
    <div className="sy-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
