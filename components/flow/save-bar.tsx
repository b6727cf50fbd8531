'use client';

import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Alarm } from '../ui/alarm.tsx';
import classes from './chain-editor.module.css';

interface SaveBarProps {
  /** "Save chain" */
  action: string;
  /** One sentence a change. */
  changes: readonly string[];
  saving: boolean;
  /** Why it cannot be saved; null: it can. */
  blocked: string | null;
  error: string | null;
  onSave: () => void;
  onDiscard: () => void;
  /** What somebody else has published meanwhile. */
  children?: ReactNode;
}

/** What is about to be published, and the button that does it. */
export function SaveBar({
  action,
  changes,
  saving,
  blocked,
  error,
  onSave,
  onDiscard,
  children,
}: SaveBarProps) {
  return (
    <section className={classes.bar} aria-label={`Changes that are not saved: ${action}`}>
      {children}
      <ul>
        {changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
      {error === null ? null : <Alarm text={error} />}
      <Group gap={8}>
        <Button onClick={onSave} loading={saving} disabled={blocked !== null}>
          {action}
        </Button>
        <Button variant="default" onClick={onDiscard} disabled={saving}>
          Discard
        </Button>
        <span className={classes.note}>{blocked ?? 'Published at once, as a new version.'}</span>
      </Group>
    </section>
  );
}
