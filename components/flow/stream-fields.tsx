'use client';

import { Input, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useId } from 'react';
import type { PolicyFieldsProps } from './policy-fields.ts';

/** What happens to a streamed answer that breaks after its first words. */
export function StreamFields({ draft, onChange }: Omit<PolicyFieldsProps, 'issues'>) {
  const labelId = useId();
  return (
    <Stack gap={12}>
      <Switch
        label="Hold the answer until it is complete"
        description="Any failure can still fail over, but callers see nothing before the end; their connection is kept alive meanwhile."
        checked={draft.buffer}
        onChange={(event) => onChange({ ...draft, buffer: event.currentTarget.checked })}
      />
      <div>
        <Input.Label id={labelId} labelElement="div" display="block">
          A stream that breaks after its first words
        </Input.Label>
        <SegmentedControl
          aria-labelledby={labelId}
          value={draft.midStream}
          disabled={draft.buffer}
          onChange={(value) => onChange({ ...draft, midStream: value === 'error' ? 'error' : 'resume' })}
          data={[
            { value: 'resume', label: 'Goes on elsewhere' },
            { value: 'error', label: 'Ends in an error' },
          ]}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {streamWords(draft)}
        </Text>
      </div>
      <Switch
        label="Continue from the last word (prefill)"
        description="On targets that declare it. Off: only by asking again, where the new answer begins exactly the same."
        disabled={draft.buffer || draft.midStream === 'error'}
        checked={draft.prefill}
        onChange={(event) => onChange({ ...draft, prefill: event.currentTarget.checked })}
      />
    </Stack>
  );
}

function streamWords({ buffer, midStream }: PolicyFieldsProps['draft']): string {
  if (buffer) return 'Nothing has been sent by then, so it fails over like any other call.';
  return midStream === 'resume'
    ? 'One try on the next target, and only where it is certain to fit what was sent; otherwise an error.'
    : 'Callers get an error event in their own format, never a clean end.';
}
