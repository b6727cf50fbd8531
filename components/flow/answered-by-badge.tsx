import { IconArrowsExchange } from '@tabler/icons-react';
import classes from './answered-by-badge.module.css';

/** The badge as the product's users see it under an answer of a backup model. */
export function AnsweredByBadge({ text }: { text: string }) {
  return (
    <span className={classes.badge} data-testid="answered-by-badge">
      <IconArrowsExchange size={14} stroke={1.75} aria-hidden />
      <span className={classes.text}>{text}</span>
    </span>
  );
}
