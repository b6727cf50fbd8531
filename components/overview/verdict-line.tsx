'use client';

import type { FlowView, TargetView } from '#lib/contract/api.ts';
import { useFreshness, useLiveState, useServerNow } from '../live/hooks.ts';
import { formatClock } from '../ui/format.ts';
import { useZone } from '../ui/time-zone.tsx';
import classes from './overview.module.css';
import { verdict } from './verdict.ts';

interface Props {
  flows: readonly FlowView[];
  targets: ReadonlyMap<string, TargetView>;
  ready: boolean;
}

/** What is true, in words, before any chart. */
export function VerdictLine({ flows, targets, ready }: Props) {
  const { breakers, flows: pulses, gateway } = useLiveState();
  const now = useServerNow();
  const { zone } = useZone();
  const { stale, asOfWallMs } = useFreshness();
  const { tone, headline, sentences } = verdict({
    ready,
    flows,
    targets,
    breakers,
    pulses,
    gateway,
    now,
    zone,
  });
  return (
    <div className={classes.verdict} data-tone={tone} data-stale={stale}>
      <h1 className={classes.headline}>
        <span className="sy-hidden">Overview. </span>
        {stale && asOfWallMs !== null && <span>Last known at {formatClock(asOfWallMs, zone)}: </span>}
        {headline}
      </h1>{' '}
      <p className={`${classes.sentences} sy-live`}>{sentences.join(' ')}</p>
    </div>
  );
}
