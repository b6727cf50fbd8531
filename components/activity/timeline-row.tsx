import { IconServerBolt, IconUser } from '@tabler/icons-react';
import { StateIcon } from '../breaker/state-icon.tsx';
import { CONDITIONS } from '../breaker/state-meta.ts';
import { formatActor } from '../ui/format.ts';
import classes from './activity.module.css';
import { RowTime } from './row-time.tsx';
import type { TimelineItem } from './timeline.ts';

interface TimelineRowProps {
  item: TimelineItem;
  onOpen: () => void;
}

/** One line of the timeline: when, who or what, and what happened. */
export function TimelineRow({ item, onOpen }: TimelineRowProps) {
  return (
    <li>
      <button type="button" data-row className={classes.row} onClick={onOpen}>
        <span className={classes.when}>
          <RowTime at={item.atWallMs} />
        </span>
        <span className={classes.icon}>
          <ItemIcon item={item} />
        </span>
        <span className={classes.who}>
          {item.kind === 'breaker' ? item.event.id : formatActor(item.entry.by)}
        </span>
        <span className={classes.what} title={itemText(item)}>
          {itemText(item)}
        </span>
      </button>
    </li>
  );
}

function ItemIcon({ item }: { item: TimelineItem }) {
  if (item.kind === 'breaker') return <StateIcon condition={item.event.to} />;
  return item.entry.by.startsWith('user:') ? (
    <IconUser size={16} stroke={1.6} aria-hidden />
  ) : (
    <IconServerBolt size={16} stroke={1.6} aria-hidden />
  );
}

/** "Open: 5 failures in a row.", "Forced open target claude. Reason: provider incident." */
export function itemText(item: TimelineItem): string {
  if (item.kind === 'person') {
    const { summary, reason } = item.entry;
    return reason === null || summary.includes(reason) ? summary : `${summary} Reason: ${reason}`;
  }
  return `${CONDITIONS[item.event.to].word}: ${item.event.why}`;
}
