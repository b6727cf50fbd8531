'use client';

import { Input, NumberInput, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useId } from 'react';
import { numberOrEmpty, type PolicyFieldsProps } from './policy-fields.ts';

/** What callers get when nobody may answer. */
export function RefusalFields({ draft, issues, onChange }: PolicyFieldsProps) {
  const asId = useId();
  const { degraded } = draft;
  const change = (own: Partial<typeof degraded>) => onChange({ ...draft, degraded: { ...degraded, ...own } });
  return (
    <Stack gap={12}>
      <div>
        <Input.Label id={asId} labelElement="div" display="block">
          Callers get
        </Input.Label>
        <SegmentedControl
          aria-labelledby={asId}
          value={degraded.as}
          onChange={(as) => change({ as: as === 'message' ? 'message' : 'error' })}
          data={[
            { value: 'error', label: 'An error (503)' },
            { value: 'message', label: 'An ordinary message' },
          ]}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {degraded.as === 'error'
            ? 'The application shows its own words, or this text, and knows when to come back.'
            : 'The text arrives as the assistant’s answer, marked as degraded.'}
        </Text>
      </div>
      <Textarea
        label="Text"
        autosize
        minRows={1}
        maxRows={4}
        value={degraded.message}
        error={issues.get('degraded.message')}
        onChange={(event) => change({ message: event.currentTarget.value })}
      />
      <NumberInput
        label="Try again after, seconds"
        description="Sent as Retry-After when nothing better is known."
        maw={240}
        value={degraded.retryAfterSeconds}
        error={issues.get('degraded.retryAfterSeconds')}
        onChange={(value) => change({ retryAfterSeconds: numberOrEmpty(value) })}
      />
    </Stack>
  );
}
