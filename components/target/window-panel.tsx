'use client';

import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './target-detail.module.css';
import { bucketBars, windowSentences } from './window-buckets.ts';

/** The breaker's own window, as it counts. */
export function WindowPanel(props: {
  view: BreakerView | undefined;
  settings: Readonly<Record<string, number>> | undefined;
}) {
  const { view, settings } = props;
  return (
    <Panel
      title="What the breaker counts"
      state={view === undefined ? { kind: 'loading' } : { kind: 'ready' }}
      height={150}
    >
      {view !== undefined && (
        <>
          <Bars buckets={view.window.buckets} />
          <p className={`${classes.sentences} sy-live`}>{windowSentences(view.window, settings).join(' ')}</p>
        </>
      )}
    </Panel>
  );
}

/** Failures hang at the top of each bar, in the role's colour and heavier; drawn as plain SVG. */
function Bars({ buckets }: { buckets: BreakerView['window']['buckets'] }) {
  const bars = bucketBars(buckets);
  const width = 100 / Math.max(1, bars.length);
  return (
    <svg
      className={classes.bars}
      viewBox="0 0 100 60"
      preserveAspectRatio="none"
      role="img"
      aria-label={`Calls by bucket, oldest first: ${buckets.map(({ ok, slow, failure }) => `${ok} ok, ${slow} slow, ${failure} failed`).join('; ')}.`}
    >
      <line
        x1="0"
        x2="100"
        y1="59.5"
        y2="59.5"
        stroke="var(--sy-line-strong)"
        vectorEffect="non-scaling-stroke"
      />
      {bars.map((bar) => {
        const x = bar.place * width + width * 0.12;
        const inner = width * 0.76;
        const [ok, slow, failure] = [bar.ok * 56, bar.slow * 56, bar.failure * 56];
        return (
          <g key={bar.place}>
            <rect x={x} width={inner} y={59 - ok} height={ok} fill="var(--sy-line-strong)" opacity={0.55} />
            <rect x={x} width={inner} y={59 - ok - slow} height={slow} fill="var(--sy-probe)" />
            <rect x={x} width={inner} y={59 - ok - slow - failure} height={failure} fill="var(--sy-open)" />
          </g>
        );
      })}
    </svg>
  );
}
