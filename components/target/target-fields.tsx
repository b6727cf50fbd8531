'use client';

import { Checkbox, Fieldset, Group, SimpleGrid, Switch, Text, TextInput } from '@mantine/core';
import { CAPABILITIES } from '#lib/contract/config.ts';
import { BREAKER_FIELDS, isCapability } from './target-draft.ts';
import type { FieldsProps } from './target-drawer.tsx';

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
          <Group gap="sm">
            {CAPABILITIES.map((capability) => (
              <Checkbox key={capability} value={capability} label={capability} />
            ))}
          </Group>
        </Checkbox.Group>
      ) : (
        <Text size="xs" c="dimmed" mt={4}>
          Nothing is ruled out: every kind of request may go here.
        </Text>
      )}
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
        {BREAKER_FIELDS.map(({ name, label, unit }) => (
          <TextInput
            key={name}
            size="xs"
            inputMode="decimal"
            label={unit === '' ? label : `${label} (${unit})`}
            placeholder={effective?.[name] === undefined ? 'default' : String(effective[name])}
            value={draft.breaker[name]}
            error={errorAt(`breaker.${name}`)}
            onChange={(event) => set({ breaker: { ...draft.breaker, [name]: event.currentTarget.value } })}
          />
        ))}
      </SimpleGrid>
    </Fieldset>
  );
}
