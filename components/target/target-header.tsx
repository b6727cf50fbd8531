'use client';

import { Button, Group, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import type { TargetView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useDrain, useTargetTest } from '../api/onboarding.ts';
import { BreakerButtons } from '../breaker/action-buttons.tsx';
import { decidingView } from '../breaker/chain-state.ts';
import { shadowWords } from '../breaker/recovery-words.ts';
import { StateBadge } from '../breaker/state-badge.tsx';
import { conditionOf } from '../breaker/state-meta.ts';
import { useBreakers, useFreshness, useServerNow } from '../live/hooks.ts';
import { useRecentActions } from '../ui/recent-actions.tsx';
import { useZone } from '../ui/time-zone.tsx';
import { DrainDialog } from './drain-dialog.tsx';
import classes from './target-detail.module.css';
import { targetSentence } from './target-sentence.ts';
import { TargetTestButton, TargetTestResult } from './target-test.tsx';

/** State, why, since when, what happens next, and everything that can be done about it. */
export function TargetHeader({ target }: { target: TargetView }) {
  const breakers = useBreakers();
  const now = useServerNow();
  const { zone } = useZone();
  const { stale } = useFreshness();
  const test = useTargetTest();
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
        <DrainButton target={target} />
        <TargetTestButton slug={target.slug} test={test} />
      </Group>
      <TargetTestResult test={test} />
    </header>
  );
}

/** Out of every chain and back: draining asks first, resuming is done at once. */
function DrainButton({ target }: { target: TargetView }) {
  const [asking, { open, close }] = useDisclosure(false);
  const change = useDrain();
  const { record } = useRecentActions();
  const { slug } = target;
  const resume = async (): Promise<void> => {
    try {
      await change.mutateAsync({ type: 'resume', slug });
      record({ text: `Resumed target ${slug}` });
    } catch (error) {
      notifications.show({ title: `${slug}: not resumed`, message: errorMessage(error), color: 'red.9' });
    }
  };
  const hint = target.enabled
    ? 'No new calls; those under way finish. It asks first.'
    : 'Puts it back into its chains.';
  return (
    <>
      <Tooltip label={hint}>
        <Button
          size="sm"
          variant="default"
          loading={change.isPending}
          aria-description={hint}
          onClick={() => (target.enabled ? open() : void resume())}
        >
          {target.enabled ? 'Drain' : 'Resume'}
        </Button>
      </Tooltip>
      <DrainDialog target={target} opened={asking} onClose={close} resume={() => void resume()} />
    </>
  );
}
