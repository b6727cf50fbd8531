'use client';

import { Button, Group } from '@mantine/core';
import type { FlowView } from '#lib/contract/api.ts';
import { formatActor } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import classes from './chain-editor.module.css';

interface OvertakenNoticeProps {
  flow: FlowView;
  /** What they changed, one sentence each. */
  theirs: readonly string[];
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Somebody published while this draft was open: says what, and keeps the draft until the operator chooses. */
export function OvertakenNotice({ flow, theirs, onKeepMine, onTakeTheirs }: OvertakenNoticeProps) {
  return (
    <div className={classes.notice} role="alert">
      <p>
        <strong>Version {flow.publishedVersion} was published meanwhile</strong> by{' '}
        {formatActor(flow.publishedBy)}, <Instant at={flow.publishedAtWallMs} form="ago" />. Your draft is
        kept.
      </p>
      <ul>
        {theirs.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
      <Group gap={8} mt={8}>
        <Button size="compact-sm" variant="default" onClick={onKeepMine}>
          Keep mine, on top of theirs
        </Button>
        <Button size="compact-sm" variant="default" onClick={onTakeTheirs}>
          Take theirs
        </Button>
      </Group>
    </div>
  );
}
