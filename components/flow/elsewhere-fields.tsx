'use client';

import { Input, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useId } from 'react';
import type { PolicyFieldsProps } from './policy-fields.ts';

/** Failures that are the request's own, and what a target cannot be told. */
export function ElsewhereFields({ draft, onChange }: Omit<PolicyFieldsProps, 'issues'>) {
  const labelId = useId();
  return (
    <Stack gap={12}>
      <Switch
        label="Fail over on a content refusal"
        description="Off: a refusal of the content goes to the caller as it is."
        checked={draft.contentFilter === 'failover'}
        onChange={(event) =>
          onChange({ ...draft, contentFilter: event.currentTarget.checked ? 'failover' : 'propagate' })
        }
      />
      <Switch
        label="Try a larger context window"
        description="When the prompt is too long, only targets with a stated larger window are asked. Off: the caller gets the error."
        checked={draft.contextOverflow === 'larger_window'}
        onChange={(event) =>
          onChange({
            ...draft,
            contextOverflow: event.currentTarget.checked ? 'larger_window' : 'propagate',
          })
        }
      />
      <div>
        <Input.Label id={labelId} labelElement="div" display="block">
          What a target’s API has no words for
        </Input.Label>
        <SegmentedControl
          aria-labelledby={labelId}
          value={draft.untranslatable}
          onChange={(value) => onChange({ ...draft, untranslatable: value === 'skip' ? 'skip' : 'drop' })}
          data={[
            { value: 'drop', label: 'Is left out' },
            { value: 'skip', label: 'Rules the target out' },
          ]}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {draft.untranslatable === 'drop'
            ? 'The trail and the answer’s switchyard object say what was left out.'
            : 'Such a request goes to the next target that can take all of it.'}
        </Text>
      </div>
    </Stack>
  );
}
