'use client';

import { IconLock } from '@tabler/icons-react';
import { useBreakers, useServerNow } from '../live/hooks.ts';
import classes from './bars.module.css';
import { overrideSummary } from './override-summary.ts';
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
