import { Button } from '@mantine/core';
import classes from './activity.module.css';

/** Reads the next page, when there is one. */
export function ShowOlder({
  more,
  reading,
  onMore,
}: {
  more: boolean;
  reading: boolean;
  onMore: () => void;
}) {
  if (!more) return null;
  return (
    <div className={classes.foot}>
      <Button variant="default" loading={reading} onClick={onMore}>
        Show older
      </Button>
    </div>
  );
}
