'use client';

import { Input, Radio, SegmentedControl, Stack } from '@mantine/core';
import { useId } from 'react';
import { modeSchema } from './mode-schema.ts';
import type { PolicyFieldsProps } from './policy-fields.ts';

const MODES = [
  {
    value: 'availability',
    label: 'Availability',
    text: 'An answer matters most: when the primary’s model is away, a backup model answers.',
  },
  {
    value: 'quality',
    label: 'Quality',
    text: 'Only the primary’s model may answer, from any region or vendor. When it is away, callers are told to try again.',
  },
  {
    value: 'mixed',
    label: 'Mixed',
    text: 'Each request says how much is at stake: low takes a backup model, high is told to try again.',
  },
] as const;

/** What the flow wants when its primary fails. */
export function ModeFields({ draft, onChange }: Omit<PolicyFieldsProps, 'issues'>) {
  const stakesId = useId();
  return (
    <Stack gap={12}>
      <Radio.Group
        label="When the primary fails"
        value={draft.mode}
        onChange={(mode) => onChange({ ...draft, mode: modeSchema.parse(mode) })}
      >
        <Stack gap={10} mt={8}>
          {MODES.map((mode) => (
            <Radio key={mode.value} value={mode.value} label={mode.label} description={mode.text} />
          ))}
        </Stack>
      </Radio.Group>
      {draft.mode === 'mixed' ? (
        <div>
          <Input.Label id={stakesId} labelElement="div" display="block">
            A request that does not say is of
          </Input.Label>
          <SegmentedControl
            aria-labelledby={stakesId}
            value={draft.defaultStakes}
            onChange={(stakes) => onChange({ ...draft, defaultStakes: stakes === 'high' ? 'high' : 'low' })}
            data={[
              { value: 'low', label: 'Low stakes' },
              { value: 'high', label: 'High stakes' },
            ]}
          />
        </div>
      ) : null}
    </Stack>
  );
}
