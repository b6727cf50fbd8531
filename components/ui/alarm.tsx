import { Button } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import classes from './alarm.module.css';

/** A refusal or a failure, said where it happened. */
export function Alarm({ text, onRetry }: { text: string; onRetry?: () => void }) {
  return (
    <div className={classes.alarm} role="alert">
      <IconAlertOctagon size={16} stroke={1.8} aria-hidden="true" />
      <span>{text}</span>
      {onRetry !== undefined && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          Retry
        </Button>
      )}
    </div>
  );
}
