'use client';

import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { RequestRecord } from '#lib/contract/records.ts';
import headClasses from '../flow/page-head.module.css';
import { PageHead } from '../flow/page-head.tsx';
import touch from '../flow/touch.module.css';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatLatency, plural } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel } from '../ui/panel.tsx';
import classes from './activity.module.css';
import { faceWords, outcomeWords, requestSentence, trailSummary } from './request-trail.ts';
import { RequestTrailView } from './request-trail-view.tsx';

/** One request with its trail; the address is its permalink. */
export function RequestDetail({ record }: { record: RequestRecord }) {
  return (
    <div className={touch.touch}>
      <PageHead
        title="Request"
        beside={
          <>
            <span className={headClasses.slug}>{record.id}</span>
            {record.simulated ? <span className={headClasses.tag}>simulated</span> : null}
          </>
        }
        sentence={requestSentence(record, formatLatency)}
        actions={
          <>
            <Copy value={() => record.id} label="Copy id" />
            <Copy value={() => window.location.href} label="Copy link" />
          </>
        }
      />
      <div className={classes.columns}>
        <Panel title="Trail">
          <p className={classes.summary}>{trailSummary(record, formatLatency)}</p>
          <RequestTrailView record={record} />
        </Panel>
        <Panel title="Facts">
          <RequestFacts record={record} />
        </Panel>
      </div>
    </div>
  );
}

function Copy({ value, label }: { value: () => string; label: string }) {
  const clipboard = useClipboard();
  return (
    <Button variant="default" onClick={() => clipboard.copy(value())}>
      {clipboard.copied ? 'Copied' : label}
    </Button>
  );
}

function RequestFacts({ record }: { record: RequestRecord }) {
  const { usage } = record;
  return (
    <dl className={classes.facts}>
      <dt>When</dt>
      <dd>
        <Instant at={record.atWallMs} form="full" />
      </dd>
      <dt>Flow</dt>
      <dd>
        <SharedLink className="sy-link" href={`/flows/${encodeURIComponent(record.flow)}`}>
          {record.flow}
        </SharedLink>
        , version {record.flowVersion}
      </dd>
      <dt>Asked through</dt>
      <dd>{faceWords(record.face)}</dd>
      <dt>Outcome</dt>
      <dd>{outcomeWords(record.outcome)}</dd>
      <dt>Status given</dt>
      <dd>{record.status}</dd>
      <dt>Served by</dt>
      <dd>
        {record.servedBy === null
          ? 'nobody'
          : `${record.servedBy.provider}/${record.servedBy.endpoint}/${record.servedBy.model}`}
      </dd>
      <dt>Badge</dt>
      <dd>{record.badge ? 'shown' : 'not shown'}</dd>
      <dt>Stakes</dt>
      <dd>{record.stakes ?? 'not stated'}</dd>
      <dt>Duration</dt>
      <dd>{formatLatency(record.durationMs)}</dd>
      <dt>First token</dt>
      <dd>{record.stream ? formatLatency(record.firstTokenMs) : 'not streamed'}</dd>
      <dt>Tokens</dt>
      <dd>
        {usage === null ? 'not reported' : `${usage.inputTokens ?? '?'} in, ${usage.outputTokens ?? '?'} out`}
      </dd>
      {record.malformedEvents === 0 ? null : (
        <>
          <dt>Malformed</dt>
          <dd>{plural(record.malformedEvents, 'event')} left out</dd>
        </>
      )}
      <dt>API key</dt>
      <dd>{record.apiKeyId ?? 'none'}</dd>
    </dl>
  );
}
