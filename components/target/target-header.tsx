'use client';

import { Button, Group, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { TargetView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useChangeTarget } from '../api/target-changes.ts';
import { BreakerButtons } from '../breaker/action-buttons.tsx';
import { decidingView } from '../breaker/chain-state.ts';
import { shadowWords } from '../breaker/recovery-words.ts';
import { StateBadge } from '../breaker/state-badge.tsx';
import { conditionOf } from '../breaker/state-meta.ts';
import { useBreakers, useFreshness, useServerNow } from '../live/hooks.ts';
import { useRecentActions } from '../ui/recent-actions.tsx';
import { useZone } from '../ui/time-zone.tsx';
import classes from './target-detail.module.css';
import { targetSentence } from './target-sentence.ts';

/** State, why, since when, what happens next, and everything that can be done about it. */
export function TargetHeader({ target }: { target: TargetView }) {
  const breakers = useBreakers();
  const now = useServerNow();
  const { zone } = useZone();
  const { stale } = useFreshness();
  const view = breakers.get(`target:${target.slug}`);
  const deciding = decidingView(target.slug, target, breakers);
  const condition = conditionOf({ view, enabled: target.enabled, now });
  return (
    <header className={classes.header} data-stale={stale}>
      <div className={classes.titleRow}>
        <h1 className={classes.title}>{target.slug}</h1>
        <StateBadge scope="target" id={target.slug} enabled={target.enabled} withNext />
        <span className={classes.dim}>
          {target.providerName} · {target.region ?? target.endpoint} · {target.model}
        </span>
      </div>
      <p className={`${classes.why} sy-live`}>
        {targetSentence({ view, deciding, condition, now, zone, settings: target.effectiveBreaker })}
      </p>
      {target.metricsOnly ? (
        <p className={`${classes.shadow} sy-live`}>{shadowWords(view?.shadow ?? null, now, zone)}</p>
      ) : null}
      <Group gap={8}>
        <BreakerButtons scope="target" id={target.slug} />
        <EnableButton target={target} />
      </Group>
    </header>
  );
}

/** Disabling takes it out of every chain; it is neither deleted nor forced open. */
function EnableButton({ target }: { target: TargetView }) {
  const change = useChangeTarget();
  const { record } = useRecentActions();
  const set = async (enabled: boolean): Promise<void> => {
    try {
      await change.mutateAsync({ type: 'switch', slug: target.slug, enabled });
      record({
        text: `${enabled ? 'Enabled' : 'Disabled'} target ${target.slug}`,
        undo: { label: enabled ? 'Disable it' : 'Enable it', run: () => void set(!enabled) },
      });
    } catch (error) {
      notifications.show({
        title: `${target.slug}: not changed`,
        message: errorMessage(error),
        color: 'red.9',
      });
    }
  };
  const hint = target.enabled
    ? `Takes it out of ${target.flows.length === 0 ? 'every chain' : target.flows.join(', ')} until enabled again.`
    : 'Puts it back into its chains.';
  return (
    <Tooltip label={hint}>
      <Button
        size="sm"
        variant="default"
        loading={change.isPending}
        aria-description={hint}
        onClick={() => void set(!target.enabled)}
      >
        {target.enabled ? 'Disable' : 'Enable'}
      </Button>
    </Tooltip>
  );
}
