import { IconAlertOctagon, IconCircleCheck, IconCircleDashed, IconClockHour4 } from '@tabler/icons-react';
import Link from 'next/link';
import type { AttemptRecord, RequestRecord } from '#lib/contract/records.ts';
import { formatLatency } from '../ui/format.ts';
import classes from './request-trail.module.css';
import { attemptWords } from './request-trail.ts';

type Tone = 'carry' | 'probe' | 'open' | 'stale';

/** Every target that was passed over or called for one request, in order, with times. */
export function RequestTrailView({ record }: { record: RequestRecord }) {
  return (
    <ol className={classes.trail}>
      {record.skips.map((skip) => (
        <li key={`skip-${skip.target}`} className={classes.step}>
          <Mark tone="stale" />
          <span className={classes.title}>
            <TargetLink slug={skip.target} />, not called
          </span>
          <span />
          <span className={classes.note}>{skip.text}</span>
        </li>
      ))}
      {record.attempts.map((attempt) => (
        <AttemptStep key={attempt.n} attempt={attempt} totalMs={record.durationMs} />
      ))}
    </ol>
  );
}

function AttemptStep({ attempt, totalMs }: { attempt: AttemptRecord; totalMs: number }) {
  const tone = toneOf(attempt);
  return (
    <li className={classes.step}>
      <Mark tone={tone} />
      <span className={classes.title}>
        {attempt.n}. <TargetLink slug={attempt.target} />: {attemptWords(attempt)}
      </span>
      <span className={classes.time}>{formatLatency(attempt.durationMs)}</span>
      <Bar attempt={attempt} totalMs={totalMs} tone={tone} />
      <span className={classes.note}>{attemptNotes(attempt)}</span>
      {attempt.message === null ? null : <q className={classes.note}>{attempt.message}</q>}
    </li>
  );
}

function attemptNotes(attempt: AttemptRecord): string {
  const notes = [`${attempt.provider}/${attempt.endpoint}/${attempt.model}`];
  if (attempt.firstTokenMs !== null) notes.push(`first token after ${formatLatency(attempt.firstTokenMs)}`);
  if (attempt.waitedMs > 0) notes.push(`waited ${formatLatency(attempt.waitedMs)} before it`);
  if (attempt.probe) notes.push('a probe of a half-open breaker');
  if (attempt.lastResort) notes.push('last resort: everything else was open');
  return notes.join(' · ');
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
