'use client';

import { useTargets } from '../api/resources.ts';
import { indexTargets, type TargetIndex, targetLabel } from '../flow/target-label.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { type Asked, SPAN_WORDS } from './asked.ts';
import classes from './replay.module.css';
import { CallsTable, ReplayTable } from './replay-table.tsx';
import { countable, nearnessWords, replayWords, restWords, type Told } from './replay-words.ts';
import type { Ran } from './use-replay.ts';

interface ReplayResultProps {
  /** null: not run yet. The place that is read out is there before its words are. */
  ran: Ran | null;
  /** The first target of the chain in force. */
  primary: string | null;
  slug: string;
}

/** What came of it: in words, then side by side, then what it cannot know. */
export function ReplayResult({ ran, primary, slug }: ReplayResultProps) {
  const targets = indexTargets(useTargets().data ?? []);
  const found = ran !== null && ran.replay.requests > 0 ? ran : null;
  return (
    <>
      <div className={classes.words} aria-live="polite">
        {ran === null ? null : found === null ? (
          <NothingRecorded span={SPAN_WORDS[ran.asked.span]} slug={slug} />
        ) : (
          replayWords(ran.replay, toldOf(ran.asked, primary, targets)).map((text) => <p key={text}>{text}</p>)
        )}
      </div>
      {found === null ? null : <Evidence ran={found} label={(target) => targetLabel(targets, target)} />}
    </>
  );
}

function toldOf({ span, draft }: Asked, primary: string | null, targets: TargetIndex): Told {
  const first = draft === null ? primary : firstOf(draft.chain);
  return {
    span: SPAN_WORDS[span],
    badge: draft?.policy.badge.on ?? false,
    otherPrimary: first === null || first === primary ? null : targetLabel(targets, first),
  };
}

/** The first that may be called. */
export function firstOf(chain: readonly { target: string; enabled?: boolean | undefined }[]): string | null {
  return chain.find(({ enabled }) => enabled !== false)?.target ?? null;
}

function Evidence({ ran: { replay }, label }: { ran: Ran; label: (slug: string) => string }) {
  const { live, draft, notes } = replay;
  const rests = restWords(draft ?? live, draft === null ? 'what is in force' : 'the draft');
  return (
    <>
      {countable(live) === 0 ? null : (
        <>
          <p className={classes.quiet}>{nearnessWords(replay)}</p>
          {rests === null ? null : <p className={classes.quiet}>{rests}</p>}
          <ReplayTable replay={replay} />
          <details className={classes.more}>
            <summary>Calls by target</summary>
            <CallsTable replay={replay} label={label} />
          </details>
        </>
      )}
      {notes.length === 0 ? null : (
        <details className={classes.more}>
          <summary>What this rests on and cannot know ({notes.length})</summary>
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function NothingRecorded({ span, slug }: { span: string; slug: string }) {
  return (
    <p className={classes.quiet}>
      No request of this flow was recorded in {span}. Choose a longer span, send requests from your product,
      or{' '}
      <SharedLink className="sy-link" href={`/playground?flow=${encodeURIComponent(slug)}`}>
        try the flow in the playground
      </SharedLink>
      .
    </p>
  );
}
