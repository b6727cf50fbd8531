'use client';

import { Checkbox, Fieldset, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core';
import { CAPABILITIES } from '#lib/contract/config.ts';
import { BREAKER_FIELDS, settingWords } from '../settings/breaker-form.ts';
import { isCapability } from './target-draft.ts';
import type { FieldsProps } from './target-drawer.tsx';

const CAPABILITY_WORDS: Readonly<Record<(typeof CAPABILITIES)[number], string>> = {
  tools: 'Requests with tools may go here.',
  vision: 'Requests with images may go here.',
  'json-schema': 'Requests that ask for JSON of a schema may go here.',
  prefill: 'It can continue an answer that broke off elsewhere from its last word.',
  reasoning: 'It thinks first: its first words may take 120 s.',
};

/** What the model can do: requests that need more go elsewhere. */
export function CapabilityFields({ draft, set, errorAt }: FieldsProps) {
  return (
    <Fieldset legend="What it can do">
      <TextInput
        label="Context window"
        description="Tokens; empty: not checked."
        inputMode="numeric"
        value={draft.contextWindow}
        error={errorAt('contextWindow')}
        onChange={(event) => set({ contextWindow: event.currentTarget.value })}
      />
      <Switch
        mt="sm"
        label="Only these capabilities"
        checked={draft.limited}
        onChange={(event) => set({ limited: event.currentTarget.checked })}
      />
      {draft.limited ? (
        <Checkbox.Group
          mt="xs"
          aria-label="Capabilities"
          value={draft.capabilities}
          onChange={(values) => set({ capabilities: values.filter(isCapability) })}
        >
          <Stack gap={6}>
            {CAPABILITIES.map((capability) => (
              <Checkbox
                key={capability}
                value={capability}
                label={capability}
                description={CAPABILITY_WORDS[capability]}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      ) : (
        <Text size="xs" c="dimmed" mt={4}>
          Nothing is ruled out: every kind of request may go here.
        </Text>
      )}
    </Fieldset>
  );
}

/** What the vendor asks for the model; only estimates rest on it. */
export function PriceFields({ draft, set, errorAt }: FieldsProps) {
  return (
    <Fieldset legend="Prices">
      <Text size="xs" c="dimmed" mb="xs">
        US dollars per million tokens. Empty: not known, and what it costs is not estimated.
      </Text>
      <SimpleGrid cols={2} spacing="sm" verticalSpacing={8}>
        <TextInput
          label="Input"
          inputMode="decimal"
          placeholder="2.5"
          value={draft.priceInput}
          error={errorAt('prices.input')}
          onChange={(event) => set({ priceInput: event.currentTarget.value })}
        />
        <TextInput
          label="Output"
          inputMode="decimal"
          placeholder="10"
          value={draft.priceOutput}
          error={errorAt('prices.output')}
          onChange={(event) => set({ priceOutput: event.currentTarget.value })}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

/** Its own breaker settings; an empty field inherits. */
export function BreakerFields(props: FieldsProps & { effective: Readonly<Record<string, number>> | null }) {
  const { draft, set, errorAt, effective } = props;
  return (
    <Fieldset legend="Its own breaker settings">
      <Text size="xs" c="dimmed" mb="xs">
        Empty: the setting for all targets, shown in grey.
      </Text>
      <SimpleGrid cols={2} spacing="sm" verticalSpacing={8}>
        {BREAKER_FIELDS.map((text) => (
          <TextInput
            key={text.field}
            size="xs"
            inputMode="decimal"
            label={text.label}
            placeholder={effective === null ? 'default' : settingWords(text, effective[text.field])}
            value={draft.breaker[text.field]}
            error={errorAt(`breaker.${text.field}`)}
            onChange={(event) =>
              set({ breaker: { ...draft.breaker, [text.field]: event.currentTarget.value } })
            }
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}

/** Trust in a breaker can be won before it is given. */
export function MetricsOnlyField({ draft, set }: Pick<FieldsProps, 'draft' | 'set'>) {
  return (
    <Switch
      label="Metrics only"
      description="Its breaker counts, decides and is shown, but turns nobody away: to see what new settings would do before they do it. Nothing is presumed of its endpoint or its provider because of it."
      checked={draft.metricsOnly}
      onChange={(event) => set({ metricsOnly: event.currentTarget.checked })}
    />
  );
}
