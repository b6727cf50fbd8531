'use client';

import type { TargetView } from '#lib/contract/api.ts';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import classes from './overview.module.css';
import { groupTargets, KEEP_PLACE_UP_TO } from './target-order.ts';
import { TargetTile } from './target-tile.tsx';

interface Props {
  targets: readonly TargetView[];
  breakers: ReadonlyMap<string, BreakerView>;
  now: number | null;
}

/** A tile for each target; grouped under their providers when they are many. */
export function TargetTiles({ targets, breakers, now }: Props) {
  const groups = groupTargets(targets, breakers, now);
  if (targets.length <= KEEP_PLACE_UP_TO) {
    return (
      <ul className={classes.tiles}>
        {groups.flatMap((group) =>
          group.targets.map((target) => <TargetTile key={target.slug} target={target} />),
        )}
      </ul>
    );
  }
  return groups.map((group) => (
    <div key={group.provider} className={classes.group}>
      <h2 className={classes.groupName}>{group.providerName}</h2>
      <ul className={classes.tiles}>
        {group.targets.map((target) => (
          <TargetTile key={target.slug} target={target} />
        ))}
      </ul>
    </div>
  ));
}
