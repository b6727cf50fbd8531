'use client';

import { Stack } from '@mantine/core';
import { Panel } from '../ui/panel.tsx';
import { BadgeFields } from './badge-fields.tsx';
import { ElsewhereFields } from './elsewhere-fields.tsx';
import { HedgeFields } from './hedge-fields.tsx';
import { LimitFields } from './limit-fields.tsx';
import { ModeFields } from './mode-fields.tsx';
import { PatienceFields } from './patience-fields.tsx';
import type { PolicyFieldsProps } from './policy-fields.ts';
import classes from './policy-form.module.css';
import { RefusalFields } from './refusal-fields.tsx';
import { StreamFields } from './stream-fields.tsx';

/** The flow's policy as a form over a draft. */
export function PolicyForm(fields: PolicyFieldsProps) {
  return (
    <div className={classes.grid}>
      <Panel title="Mode">
        <ModeFields {...fields} />
      </Panel>
      <Panel title="Badge">
        <BadgeFields {...fields} />
      </Panel>
      <Panel title="When nobody may answer">
        <RefusalFields {...fields} />
      </Panel>
      <Panel title="Limits and retries">
        <Stack gap={16}>
          <LimitFields {...fields} />
          <PatienceFields {...fields} />
        </Stack>
      </Panel>
      <Panel title="Streams that break">
        <StreamFields {...fields} />
      </Panel>
      <Panel title="What may be asked elsewhere">
        <ElsewhereFields {...fields} />
      </Panel>
      <Panel title="Hedging">
        <HedgeFields {...fields} />
      </Panel>
    </div>
  );
}
