import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { RequestOutcome, RequestRecord } from '#lib/contract/records.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatLatency, plural } from '../ui/format.ts';
import classes from './activity.module.css';
import { outcomeTone, outcomeWords } from './request-trail.ts';
import { RowTime } from './row-time.tsx';

/** The column names; hidden on phones, where each value says what it is. */
export function RequestHeadRow() {
  return (
    <div className={`${classes.row} ${classes.requestRow} ${classes.headRow}`} aria-hidden>
      <span>Time</span>
      <span>Flow</span>
      <span>Outcome</span>
      <span>Served by</span>
      <span className={classes.number}>Attempts</span>
      <span className={classes.number}>Duration</span>
      <span className={classes.number}>First token</span>
    </div>
  );
}

/** One recorded request; opens its trail. */
export function RequestRow({ request }: { request: RequestRecord }) {
  return (
    <li>
      <SharedLink
        href={`/activity/requests/${encodeURIComponent(request.id)}`}
        data-row
        className={`${classes.row} ${classes.requestRow}`}
      >
        <span className={classes.when}>
          <RowTime at={request.atWallMs} />
        </span>
        <span className={`${classes.ellipsis} ${classes.flow}`}>{request.flow}</span>
        <OutcomeMark outcome={request.outcome} />
        <span className={`${classes.ellipsis} ${classes.served}`}>
          {request.servedBy?.target ?? 'nobody'}
        </span>
        <span className={`${classes.number} ${classes.wideOnly}`}>{request.attempts.length}</span>
        <span className={classes.number}>{formatLatency(request.durationMs)}</span>
        <span className={`${classes.number} ${classes.wideOnly}`}>{formatLatency(request.firstTokenMs)}</span>
        <span className="sy-hidden">
          {plural(request.attempts.length, 'attempt')}, first token {formatLatency(request.firstTokenMs)}
        </span>
      </SharedLink>
    </li>
  );
}

const ICONS = { quiet: IconCircleCheck, warn: IconAlertTriangle, bad: IconAlertOctagon } as const;

/** The outcome with its shape and word. */
export function OutcomeMark({ outcome }: { outcome: RequestOutcome }) {
  const tone = outcomeTone(outcome);
  const Icon = ICONS[tone];
  return (
    <span className={classes.outcome} data-tone={tone}>
      <Icon size={15} stroke={1.7} aria-hidden />
      <span className={classes.ellipsis}>{outcomeWords(outcome)}</span>
    </span>
  );
}
