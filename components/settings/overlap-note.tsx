'use client';

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertOctagon, IconKey } from '@tabler/icons-react';
import type { OverlapView, ProviderView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useKeyChange } from '../api/onboarding.ts';
import { Instant } from '../ui/instant.tsx';
import { useRecentActions } from '../ui/recent-actions.tsx';
import { keyName } from './key-words.ts';
import classes from './settings.module.css';

interface OverlapNoteProps {
  provider: ProviderView;
  /** An endpoint's slug; null: the provider's own key. */
  endpoint: string | null;
  overlap: OverlapView;
}

/** Two keys are good: until when, whether the new one works, and the two ways out. */
export function OverlapNote({ provider, endpoint, overlap }: OverlapNoteProps) {
  const change = useKeyChange();
  const { record } = useRecentActions();
  const name = keyName(provider, endpoint);
  const end = async (keep: 'new' | 'old') => {
    const body = { keep, ...(endpoint === null ? {} : { endpoint }) };
    const { slug, version } = provider;
    try {
      await change.mutateAsync({ type: 'end', slug, version, body });
      record({
        text: keep === 'new' ? `Ended the overlap of ${name}’s keys` : `Went back to the old key of ${name}`,
      });
    } catch (error) {
      notifications.show({ title: `${name}: not changed`, message: errorMessage(error), color: 'red.9' });
    }
  };
  const Icon = overlap.refused ? IconAlertOctagon : IconKey;
  return (
    <div className={classes.overlap} data-refused={overlap.refused}>
      <span className={classes.overlapWords}>
        <Icon size={16} stroke={1.8} aria-hidden />
        <span>
          {overlap.refused
            ? 'The new key is refused; the old one is used until '
            : 'New key in use; the old one stands by until '}
          <Instant at={overlap.untilWallMs} />.
        </span>
      </span>
      <Button
        size="compact-sm"
        variant="default"
        loading={change.isPending}
        aria-label={`End the overlap of ${name} now`}
        onClick={() => void end('new')}
      >
        End now
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={change.isPending}
        aria-label={`Go back to the old key of ${name}`}
        onClick={() => void end('old')}
      >
        Back to the old key
      </Button>
    </div>
  );
}
