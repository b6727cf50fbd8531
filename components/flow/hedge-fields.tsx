'use client';

import { NumberInput, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { fromPercent, numberOrEmpty, type PolicyFieldsProps, toPercent } from './policy-fields.ts';

/** A second call beside a late one: what it is good for, and what it costs. */
export function HedgeFields({ draft, issues, onChange }: PolicyFieldsProps) {
  const { hedge } = draft;
  const change = (own: Partial<typeof hedge>) => onChange({ ...draft, hedge: { ...hedge, ...own } });
  return (
    <Stack gap={12}>
      <Switch
        label="Hedge late answers"
        description="When the first token is late, the same request also goes to another region or vendor, and the first to answer wins."
        checked={hedge.on}
        onChange={(event) => change({ on: event.currentTarget.checked })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={12}>
        <NumberInput
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          label="Not before, s"
          description="Or the target’s own p95, when that is later."
          disabled={!hedge.on}
          value={hedge.minDelaySeconds}
          error={issues.get('hedge.minDelaySeconds')}
          onChange={(value) => change({ minDelaySeconds: numberOrEmpty(value) })}
        />
        <NumberInput
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          label="Calls hedged at most, %"
          description="Of this flow’s calls."
          disabled={!hedge.on}
          value={toPercent(hedge.share)}
          error={issues.get('hedge.share')}
          onChange={(value) => change({ share: fromPercent(numberOrEmpty(value)) })}
        />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {costWords(hedge)}
      </Text>
    </Stack>
  );
}

function costWords({ on, share }: PolicyFieldsProps['draft']['hedge']): string {
  if (!on) return 'Off: no request is ever sent twice because it is late.';
  const most = share === '' ? 'a share' : `up to ${toPercent(share)} %`;
  return `It costs ${most} more calls, and the loser’s tokens are paid for as well. It pauses while many calls are slow, because then it would only add load.`;
}
