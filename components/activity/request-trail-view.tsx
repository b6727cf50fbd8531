import { IconAlertOctagon, IconCircleCheck, IconCircleDashed, IconClockHour4 } from '@tabler/icons-react';
import Link from 'next/link';
import type { AttemptRecord, RequestRecord } from '#lib/contract/records.ts';
import { ClassName } from '../failure/class-name.tsx';
import { CLASS_WORDS, failureClassOf } from '../failure/class-words.ts';
import { formatLatency } from '../ui/format.ts';
import classes from './request-trail.module.css';
import { attemptWords, denialWords, specialWords, type TrailStep, trailSteps } from './request-trail.ts';

type Tone = 'carry' | 'probe' | 'open' | 'stale';

/** Every target that was passed over or called for one request, in order, with times. */
export function RequestTrailView({ record }: { record: RequestRecord }) {
  return (
    <ol className={classes.trail}>
      {trailSteps(record).map((step) => (
        <Step key={keyOf(step)} step={step} totalMs={record.durationMs} />
      ))}
    </ol>
  );
}

function keyOf(step: TrailStep): string {
  switch (step.kind) {
    case 'skip':
      return `skip-${step.skip.target}`;
    case 'attempt':
      return `attempt-${step.attempt.n}`;
    case 'denied':
      return `denied-${step.denial.what}-${step.denial.target}-${step.denial.reason}`;
    default:
      return step satisfies never;
  }
}

function Step({ step, totalMs }: { step: TrailStep; totalMs: number }) {
  switch (step.kind) {
    case 'skip':
      return <QuietStep target={step.skip.target} words="not called" text={step.skip.text} />;
    case 'attempt':
      return <AttemptStep attempt={step.attempt} totalMs={totalMs} />;
    case 'denied':
      return (
        <QuietStep
          target={step.denial.target}
          words={denialWords(step.denial.what)}
          text={step.denial.text}
        />
      );
    default:
      return step satisfies never;
  }
}

/** Something that did not happen, and why. */
function QuietStep({ target, words, text }: { target: string; words: string; text: string }) {
  return (
    <li className={classes.step}>
      <Mark tone="stale" />
      <span className={classes.title}>
        <TargetLink slug={target} />, {words}
      </span>
      <span />
      <span className={classes.note}>{text}</span>
    </li>
  );
}

function AttemptStep({ attempt, totalMs }: { attempt: AttemptRecord; totalMs: number }) {
  const tone = toneOf(attempt);
  const name = failureClassOf(attempt.outcome);
  return (
    <li className={classes.step}>
      <Mark tone={tone} />
      <span className={classes.title}>
        {attempt.n}. <TargetLink slug={attempt.target} />:{' '}
        {name === null ? attemptWords(attempt) : <ClassName name={name} />}
        {name === null || attempt.status === null || attempt.status < 400 ? null : ` (${attempt.status})`}
      </span>
      <span className={classes.time}>{formatLatency(attempt.durationMs)}</span>
      <Bar attempt={attempt} totalMs={totalMs} tone={tone} />
      <span className={classes.note}>{attemptNotes(attempt)}</span>
      {name === null ? null : <span className={classes.note}>{CLASS_WORDS[name].what}</span>}
      {attempt.message === null ? null : <q className={classes.note}>{attempt.message}</q>}
      {attempt.notes.map((note) => (
        <span key={note} className={classes.note}>
          {note}
        </span>
      ))}
    </li>
  );
}

function attemptNotes(attempt: AttemptRecord): string {
  const notes = [`${attempt.provider}/${attempt.endpoint}/${attempt.model}`];
  if (attempt.firstTokenMs !== null) notes.push(`first token after ${formatLatency(attempt.firstTokenMs)}`);
  if (attempt.waitedMs > 0) notes.push(`waited ${formatLatency(attempt.waitedMs)} before it`);
  return [...notes, ...specialWords(attempt)].join(' · ');
}

/** When the attempt ran within the request; the same facts stand in words beside it. */
function Bar({ attempt, totalMs, tone }: { attempt: AttemptRecord; totalMs: number; tone: Tone }) {
  const whole = Math.max(totalMs, attempt.startedMs + attempt.durationMs, 1);
  const left = `${(attempt.startedMs / whole) * 100}%`;
  const width = `${(attempt.durationMs / whole) * 100}%`;
  return (
    <span className={classes.bar} aria-hidden>
      <span data-tone={tone} style={{ left, width }} />
    </span>
  );
}

function toneOf(attempt: AttemptRecord): Tone {
  if (attempt.outcome === 'ok') return 'carry';
  if (attempt.outcome === 'slow') return 'probe';
  return attempt.outcome === 'aborted' ? 'stale' : 'open';
}

const ICONS = {
  carry: IconCircleCheck,
  probe: IconClockHour4,
  open: IconAlertOctagon,
  stale: IconCircleDashed,
} as const;

function Mark({ tone }: { tone: Tone }) {
  const Icon = ICONS[tone];
  return (
    <span className={classes.mark} data-tone={tone}>
      <Icon size={18} stroke={1.75} aria-hidden />
    </span>
  );
}

function TargetLink({ slug }: { slug: string }) {
  return (
    <Link href={`/targets/${encodeURIComponent(slug)}`} className="sy-link">
      {slug}
    </Link>
  );
}
