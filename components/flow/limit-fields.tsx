'use client';

import { NumberInput, SimpleGrid, Stack, Switch } from '@mantine/core';
import { numberOrEmpty, type PolicyFieldsProps } from './policy-fields.ts';

/** Inputs of a row stay level, however long their descriptions are. */
const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** Time limits, retries and what to do about content refusals. */
export function LimitFields({ draft, issues, onChange }: PolicyFieldsProps) {
  const timeouts = (own: Partial<typeof draft.timeouts>) =>
    onChange({ ...draft, timeouts: { ...draft.timeouts, ...own } });
  const retry = (own: Partial<typeof draft.retry>) =>
    onChange({ ...draft, retry: { ...draft.retry, ...own } });
  return (
    <Stack gap={12}>
      <SimpleGrid cols={{ base: 1, xs: 3 }} spacing={12}>
        <NumberInput
          inputWrapperOrder={BELOW}
          label="First token, s"
          description="A stream that starts later fails over."
          value={draft.timeouts.firstTokenSeconds}
          error={issues.get('timeouts.firstTokenSeconds')}
          onChange={(value) => timeouts({ firstTokenSeconds: numberOrEmpty(value) })}
        />
        <NumberInput
          inputWrapperOrder={BELOW}
          label="Idle, s"
          description="Longest silence inside a stream."
          value={draft.timeouts.idleSeconds}
          error={issues.get('timeouts.idleSeconds')}
          onChange={(value) => timeouts({ idleSeconds: numberOrEmpty(value) })}
        />
        <NumberInput
          inputWrapperOrder={BELOW}
          label="Total, s"
          description="The whole request, all attempts."
          value={draft.timeouts.totalSeconds}
          error={issues.get('timeouts.totalSeconds')}
          onChange={(value) => timeouts({ totalSeconds: numberOrEmpty(value) })}
        />
        <NumberInput
          inputWrapperOrder={BELOW}
          label="Retries on a target"
          description="0 to 2; with waiting in between."
          value={draft.retry.maxPerTarget}
          error={issues.get('retry.maxPerTarget')}
          onChange={(value) => retry({ maxPerTarget: numberOrEmpty(value) })}
        />
        <NumberInput
          inputWrapperOrder={BELOW}
          label="Attempts in all"
          description="Over every target of the chain."
          value={draft.retry.maxAttempts}
          error={issues.get('retry.maxAttempts')}
          onChange={(value) => retry({ maxAttempts: numberOrEmpty(value) })}
        />
      </SimpleGrid>
      <Switch
        label="Fail over on a content refusal"
        description="Off: a refusal of the content goes to the caller as it is."
        checked={draft.contentFilter === 'failover'}
        onChange={(event) =>
          onChange({ ...draft, contentFilter: event.currentTarget.checked ? 'failover' : 'propagate' })
        }
      />
    </Stack>
  );
}
