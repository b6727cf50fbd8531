'use client';

import { Button, Group, Textarea } from '@mantine/core';
import { withQuickPick } from '../../breaker/override-form.ts';

interface ReasonFieldProps {
  value: string;
  error: string | null;
  picks: readonly string[];
  onChange: (value: string) => void;
}

/** Why something is published, with the usual beginnings. */
export function ReasonField({ value, error, picks, onChange }: ReasonFieldProps) {
  return (
    <div>
      <Textarea
        label="Reason"
        description="Kept with the version: whoever looks at the history will read it."
        required
        autosize
        minRows={2}
        maxLength={500}
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
        data-autofocus
      />
      <Group gap={6} mt={6}>
        {picks.map((pick) => (
          <Button
            key={pick}
            size="compact-sm"
            fw={500}
            variant="default"
            onClick={() => onChange(withQuickPick(value, pick))}
          >
            {pick}
          </Button>
        ))}
      </Group>
    </div>
  );
}
