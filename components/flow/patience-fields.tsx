'use client';

import { NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import { patienceWords } from './patience-words.ts';
import { numberOrEmpty, type PolicyFieldsProps } from './policy-fields.ts';

/** How long a request is kept with the primary's model before a backup model takes it, and what that costs. */
export function PatienceFields({ draft, issues, onChange }: PolicyFieldsProps) {
  const { primaryPatience } = draft;
  const change = (own: Partial<typeof primaryPatience>) =>
    onChange({ ...draft, primaryPatience: { ...primaryPatience, ...own } });
  return (
    <Stack gap={8}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing={12}>
        <NumberInput
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          label="Patience with the primary, s"
          description="Longest extra wait of one request."
          value={primaryPatience.seconds}
          error={issues.get('primaryPatience.seconds')}
          onChange={(value) => change({ seconds: numberOrEmpty(value) })}
        />
        <NumberInput
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          label="Extra calls of the primary"
          description="0 to 5, alternates included."
          value={primaryPatience.retries}
          error={issues.get('primaryPatience.retries')}
          onChange={(value) => change({ retries: numberOrEmpty(value) })}
        />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        {patienceWords(primaryPatience)}
      </Text>
    </Stack>
  );
}
