'use client';

import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { useBreaker, useFreshness, useServerNow, useTargetPulse } from '../live/hooks.ts';
import { formatDuration } from '../ui/format.ts';
import classes from './state-badge.module.css';
import { StateIcon } from './state-icon.tsx';
import {
  CONDITIONS,
  type Condition,
  conditionOf,
  conditionText,
  conditionWord,
  drainWord,
} from './state-meta.ts';

export interface StateBadgeProps {
  scope: BreakerView['scope'];
  id: string;
  /** A drained target says so, and how many calls still run there, whatever its breaker holds. */
  enabled?: boolean;
  /** "Open · probe in 12 s" instead of "Open". */
  withNext?: boolean;
}

/** The live badge of one scope; stale pictures say "Last known". */
export function StateBadge({ scope, id, enabled = true, withNext = false }: StateBadgeProps) {
  const view = useBreaker(scope, id);
  const pulse = useTargetPulse(scope === 'target' ? id : '');
  const now = useServerNow();
  const { stale, asOfWallMs } = useFreshness();
  const condition = conditionOf({ view, enabled, now });
  const text = withNext ? conditionText(condition, view, now) : conditionWord(condition, view, now);
  if (condition === 'disabled') {
    return <PlainBadge condition="disabled" text={drainWord(stale ? null : (pulse?.inFlight ?? 0))} />;
  }
  if (stale && condition !== 'unknown') {
    const age = asOfWallMs === null || now === null ? '' : `, ${formatDuration(now - asOfWallMs)} ago`;
    return <PlainBadge condition="unknown" text={`Last known: ${CONDITIONS[condition].word}${age}`} />;
  }
  return <PlainBadge condition={condition} text={text} hint={hintOf(view)} />;
}

/** What the word alone does not say: because of which children, or in the provider's own words. */
function hintOf(view: BreakerView | undefined): string | undefined {
  return view?.derived?.why ?? view?.cooldown?.message;
}

/** The badge alone, for what is not live: history, legends, help. */
export function PlainBadge(props: { condition: Condition; text?: string; hint?: string | undefined }) {
  const { condition, text, hint } = props;
  return (
    <span className={classes.badge} data-condition={condition} title={hint}>
      <StateIcon condition={condition} />
      <span>{text ?? CONDITIONS[condition].word}</span>
    </span>
  );
}
