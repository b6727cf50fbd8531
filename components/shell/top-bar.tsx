'use client';

import { ActionIcon, Tooltip } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useStatus } from '../api/resources.ts';
import { LivePill } from './live-pill.tsx';
import { RangePicker } from './range-picker.tsx';
import { RecentActionsMenu } from './recent-actions-menu.tsx';
import { SharedLink } from './shared-link.tsx';
import classes from './top-bar.module.css';
import { UserMenu } from './user-menu.tsx';
import { ZoneSwitch } from './zone-switch.tsx';

/** Where we are, what time is meant, how fresh it is, and the ways out. */
export function TopBar() {
  const status = useStatus();
  return (
    <div className={classes.bar}>
      {status.data?.demo && (
        <Tooltip label="Vendors, traffic and failures here are simulated. Settings has Remove the demo.">
          <span className={classes.tag}>Simulated</span>
        </Tooltip>
      )}
      {status.data?.configNotice && (
        <Tooltip label={status.data.configNotice}>
          <SharedLink className={classes.notice} href="/settings#config-file">
            Config file differs
          </SharedLink>
        </Tooltip>
      )}
      <span className={classes.space} />
      <LivePill />
      <RangePicker />
      <span className={classes.wide}>
        <ZoneSwitch />
      </span>
      <Tooltip label="Search and commands (Ctrl K)">
        <ActionIcon variant="default" size={32} aria-label="Search and commands" onClick={spotlight.open}>
          <IconSearch size={16} />
        </ActionIcon>
      </Tooltip>
      <span className={classes.wide}>
        <RecentActionsMenu />
      </span>
      <UserMenu status={status.data} />
    </div>
  );
}
