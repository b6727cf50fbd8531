'use client';

import type { TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { BreakerMenu } from '../breaker/action-buttons.tsx';
import { barredAbove, decidingView } from '../breaker/chain-state.ts';
import { StateBadge } from '../breaker/state-badge.tsx';
import { CONDITIONS, conditionOf, nextStep, tellsNext } from '../breaker/state-meta.ts';
import { Sparkline } from '../chart/sparkline.tsx';
import { useBreaker, useFreshness, useServerNow, useTargetPulse } from '../live/hooks.ts';
import { breakerKey } from '../live/live-state.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatLatency, formatRate, formatShare } from '../ui/format.ts';
import classes from './overview.module.css';

/** One target: its state, its last minute, what happens next. Keeps its size in every state. */
export function TargetTile({ target }: { target: TargetView }) {
  const view = useBreaker('target', target.slug);
  const barred = useBarredAbove(target, view);
  const pulse = useTargetPulse(target.slug);
  const now = useServerNow();
  const { stale } = useFreshness();
  const condition = conditionOf({ view, enabled: target.enabled, now });
  // A breaker that is open itself has its own next step to tell.
  const above = condition === 'closed' || condition === 'recovering' ? barred : null;
  const next =
    above?.text ??
    (tellsNext(condition) && condition !== 'recovering' ? nextStep(condition, view, now) : null);
  const shown = above?.condition ?? condition;
  return (
    <li
      className={classes.tile}
      data-condition={shown}
      data-abnormal={CONDITIONS[shown].abnormal}
      data-stale={stale}
    >
      <div className={classes.tileHead}>
        <SharedLink href={`/targets/${target.slug}`} className={classes.tileName} title={target.slug}>
          {target.slug}
        </SharedLink>
        <span className="sy-live">
          <Sparkline
            values={pulse?.spark ?? []}
            what="Calls in 5 s over the last 5 min"
            width={52}
            height={14}
          />
        </span>
        <BreakerMenu scope="target" id={target.slug} />
      </div>
      <div className={classes.tileState}>
        <StateBadge scope="target" id={target.slug} enabled={target.enabled} />
        {next !== null && !stale && <span className={classes.next}>{next}</span>}
      </div>
      <dl className={`${classes.numbers} sy-live`}>
        <Figure label="req/s" value={pulse === undefined ? '–' : formatRate(pulse.perSecond)} />
        <Figure label="err" value={formatShare(pulse?.errorShare ?? null)} />
        <Figure label="p95" value={formatLatency(pulse?.p95Ms ?? null)} />
      </dl>
    </li>
  );
}

/** What its endpoint or its provider keeps from it; subscribes to these three scopes alone. */
function useBarredAbove(target: TargetView, own: BreakerView | undefined) {
  const endpoint = useBreaker('endpoint', target.endpointId);
  const provider = useBreaker('provider', target.provider);
  const views = [own, endpoint, provider].flatMap((view) =>
    view === undefined ? [] : [[breakerKey(view.scope, view.id), view] as const],
  );
  return barredAbove(own, decidingView(target.slug, target, new Map(views)));
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt> <dd>{value}</dd>
    </div>
  );
}
