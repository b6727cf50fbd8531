'use client';

import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import type { ReplayInput } from '#lib/contract/replay.ts';
import { errorMessage } from '../api/client.ts';
import { Alarm } from '../ui/alarm.tsx';
import { Panel } from '../ui/panel.tsx';
import { type Asked, SPANS, type Span, staleWords } from './asked.ts';
import classes from './replay.module.css';
import { firstOf, ReplayResult } from './replay-result.tsx';
import { useReplay } from './use-replay.ts';

interface ReplayPanelProps {
  flow: FlowView;
  /** What is compared with what is in force; null: nothing. */
  draft: ReplayInput['draft'];
  /** Why it cannot be run now; null: it can. */
  blocked?: string | null;
}

/** The flow's recorded requests once more, under what is in force and under the draft. Only when asked. */
export function ReplayPanel({ flow, draft, blocked = null }: ReplayPanelProps) {
  const [span, setSpan] = useState<Span>('1h');
  const { ran, running, error, run } = useReplay(flow.slug);
  const asked: Asked = { span, published: flow.publishedVersion, draft };
  const stale = ran === null ? null : staleWords(ran.asked, asked);
  return (
    <Panel title="What would have happened" aside="nothing is sent">
      <div className={classes.panel}>
        {ran === null ? <p className={classes.quiet}>{draft === null ? LIVE_ALONE : WITH_DRAFT}</p> : null}
        <div className={classes.controls}>
          <SegmentedControl
            size="xs"
            aria-label="Recorded requests of"
            value={span}
            onChange={(value) => setSpan(SPANS.find((each) => each === value) ?? '1h')}
            data={[
              { value: '1h', label: 'Last hour' },
              { value: '6h', label: 'Last 6 h' },
              { value: '24h', label: 'Last 24 h' },
            ]}
          />
          <Button size="xs" loading={running} disabled={blocked !== null} onClick={() => run(asked)}>
            {ran === null ? 'Run' : 'Run again'}
          </Button>
        </div>
        <p className={classes.state} role="status">
          {running ? 'Replaying…' : (blocked ?? stale ?? '')}
        </p>
        {error === null || running ? null : (
          <Alarm
            text={`It could not be replayed. ${errorMessage(error)}`}
            {...(blocked === null ? { onRetry: () => run(asked) } : {})}
          />
        )}
        {ran === null && running ? <Skeleton height={160} /> : null}
        <div className={`${classes.result} sy-live`} data-stale={ran !== null && (stale !== null || running)}>
          <ReplayResult ran={ran} primary={firstOf(flow.chain)} slug={flow.slug} />
        </div>
      </div>
    </Panel>
  );
}

const WITH_DRAFT =
  'Goes through this flow’s recorded requests once more, with what was known of its targets at each moment, under what is in force and under the draft.';
const LIVE_ALONE =
  'Goes through this flow’s recorded requests once more, with what was known of its targets at each moment, under what is in force. Change something, and the draft is compared with it.';
