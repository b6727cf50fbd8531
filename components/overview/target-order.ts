import type { TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { CONDITIONS, conditionOf } from '../breaker/state-meta.ts';
import { breakerKey } from '../live/live-state.ts';

export interface TargetGroup {
  provider: string;
  providerName: string;
  targets: TargetView[];
  /** Highest severity in the group. */
  severity: number;
}

/** Up to this many targets keep their place; more are sorted worst first, because nobody knows their places by heart. */
export const KEEP_PLACE_UP_TO = 12;

/** Targets by provider; both in name order while they are few, worst first when they are many. */
export function groupTargets(
  targets: readonly TargetView[],
  breakers: ReadonlyMap<string, BreakerView>,
  now: number | null,
): TargetGroup[] {
  const worstFirst = targets.length > KEEP_PLACE_UP_TO;
  const severity = (target: TargetView) =>
    CONDITIONS[
      conditionOf({ view: breakers.get(breakerKey('target', target.slug)), enabled: target.enabled, now })
    ].severity;
  const groups = Map.groupBy(targets, (target) => target.provider);
  return [...groups]
    .map(
      ([provider, members]): TargetGroup => ({
        provider,
        providerName: members[0]?.providerName ?? provider,
        severity: Math.max(...members.map(severity)),
        targets: members.toSorted(
          (a, b) => (worstFirst ? severity(b) - severity(a) : 0) || a.slug.localeCompare(b.slug),
        ),
      }),
    )
    .toSorted(
      (a, b) => (worstFirst ? b.severity - a.severity : 0) || a.providerName.localeCompare(b.providerName),
    );
}
