'use client';

import { NumberInput, SimpleGrid } from '@mantine/core';
import { fromPercent, numberOrEmpty, type PolicyFieldsProps, toPercent } from './policy-fields.ts';

/** Inputs of a row stay level, however long their descriptions are. */
const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** Time limits and retries. */
export function LimitFields({ draft, issues, onChange }: PolicyFieldsProps) {
  const timeouts = (own: Partial<typeof draft.timeouts>) =>
    onChange({ ...draft, timeouts: { ...draft.timeouts, ...own } });
  const retry = (own: Partial<typeof draft.retry>) =>
    onChange({ ...draft, retry: { ...draft.retry, ...own } });
  return (
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
      <NumberInput
        inputWrapperOrder={BELOW}
        label="Retry budget, %"
        description="Extra calls that each success earns; used up, nothing is repeated."
        value={toPercent(draft.retry.budgetPerSuccess)}
        error={issues.get('retry.budgetPerSuccess')}
        onChange={(value) => retry({ budgetPerSuccess: fromPercent(numberOrEmpty(value)) })}
      />
    </SimpleGrid>
  );
}
