import { Button } from '@mantine/core';
import classes from './activity.module.css';

/** "12 new · Show"; keeps its place when there is nothing, so that the list does not move. */
export function FreshPill({ fresh, onShow }: { fresh: number; onShow: () => void }) {
  return (
    <div className={classes.pill} aria-live="polite">
      {fresh === 0 ? null : (
        <Button size="compact-sm" radius="xl" variant="default" onClick={onShow}>
          {fresh} new · Show
        </Button>
      )}
    </div>
  );
}
