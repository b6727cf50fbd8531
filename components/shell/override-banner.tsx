'use client';

import { IconLock } from '@tabler/icons-react';
import type { Override } from '#lib/contract/breaker-view.ts';
import { useBreakers, useServerNow } from '../live/hooks.ts';
import { formatActor, formatDuration, plural } from '../ui/format.ts';
import classes from './bars.module.css';
import { SharedLink } from './shared-link.tsx';

/** On every page while any override is in force: overrides nag, so that none is forgotten. */
export function OverrideBanner() {
  const breakers = useBreakers();
  const now = useServerNow();
  const overrides = [...breakers.values()].flatMap((view) => (view.override === null ? [] : [view.override]));
  const text = overrideSummary(overrides, now);
  if (text === null) return null;
  return (
    <div className={classes.bar} data-kind="override">
      <IconLock size={15} aria-hidden="true" />
      <span>
        {text}:{' '}
        <SharedLink className="sy-link" href="/targets?show=overrides">
          Review
        </SharedLink>
      </span>
    </div>
  );
}

/** "2 overrides, oldest 6 h by ana"; null without any. */
export function overrideSummary(overrides: readonly Override[], now: number | null): string | null {
  const [first, ...rest] = overrides;
  if (first === undefined) return null;
  const oldest = rest.reduce((old, next) => (next.setAtWallMs < old.setAtWallMs ? next : old), first);
  const age = now === null ? '' : ` ${formatDuration(now - oldest.setAtWallMs)}`;
  const count = plural(overrides.length, 'override');
  return overrides.length === 1
    ? `${count} (${first.scope} ${first.id}),${age === '' ? '' : ` set${age} ago`} by ${formatActor(oldest.by)}`
    : `${count}, oldest${age} by ${formatActor(oldest.by)}`;
}
