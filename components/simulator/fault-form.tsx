'use client';

import { Button, Input, NumberInput, Select, Slider, Stack } from '@mantine/core';
import { useId } from 'react';
import { FAULTS, type FaultRule, faultSchema, type SimulatorView } from '#lib/contract/simulator.ts';
import { FAULT_TEXTS } from './fault-words.ts';
import { ANY, useFaultRule } from './use-fault-rule.ts';

interface FaultFormProps {
  view: SimulatorView;
  pending: boolean;
  onBreak: (rule: FaultRule) => void;
}

/** Chooses who fails, and how. */
export function FaultForm({ view, pending, onBreak }: FaultFormProps) {
  const draft = useFaultRule(view);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onBreak(draft.rule);
      }}
    >
      <Stack gap={12}>
        <PlaceFields view={view} draft={draft} />
        <FaultFields draft={draft} />
        <ShareSlider percent={draft.percent} onChange={draft.setPercent} />
        <Button type="submit" loading={pending} disabled={draft.provider === ''}>
          Break it
        </Button>
      </Stack>
    </form>
  );
}

type Draft = ReturnType<typeof useFaultRule>;

function PlaceFields({ view, draft }: { view: SimulatorView; draft: Draft }) {
  return (
    <>
      <Select
        label="Vendor"
        allowDeselect={false}
        value={draft.provider}
        data={view.providers.map((each) => ({ value: each.slug, label: each.name }))}
        onChange={(value) => draft.setProvider(value ?? draft.provider)}
      />
      <Select
        label="Region"
        allowDeselect={false}
        value={draft.endpoint}
        data={[
          { value: ANY, label: 'Every region' },
          ...draft.endpoints.map((each) => ({ value: each.slug, label: each.region ?? each.slug })),
        ]}
        onChange={(value) => draft.setEndpoint(value ?? ANY)}
      />
      <Select
        label="Model"
        allowDeselect={false}
        value={draft.model}
        data={[
          { value: ANY, label: 'Every model' },
          ...draft.models.map((each) => ({ value: each, label: each })),
        ]}
        onChange={(value) => draft.setModel(value ?? ANY)}
      />
    </>
  );
}

function FaultFields({ draft }: { draft: Draft }) {
  return (
    <>
      <Select
        label="What goes wrong"
        description={FAULT_TEXTS[draft.fault].meaning}
        allowDeselect={false}
        maxDropdownHeight={420}
        value={draft.fault}
        data={FAULTS.map((each) => ({ value: each, label: FAULT_TEXTS[each].label }))}
        onChange={(value) => draft.setFault(faultSchema.catch(draft.fault).parse(value))}
      />
      {draft.fault === 'rate_limit' ? (
        <NumberInput
          label="Come back after, seconds"
          min={1}
          max={600}
          value={draft.retryAfterSeconds}
          onChange={(value) => draft.setRetryAfter(Number(value) || 1)}
        />
      ) : null}
      {draft.fault === 'slow_first_token' ? (
        <NumberInput
          label="First token after, ms"
          min={0}
          max={600_000}
          step={1000}
          value={draft.delayMs}
          onChange={(value) => draft.setDelay(Number(value) || 0)}
        />
      ) : null}
    </>
  );
}

function ShareSlider({ percent, onChange }: { percent: number; onChange: (percent: number) => void }) {
  const id = useId();
  return (
    <div>
      <Input.Label id={id} labelElement="div">
        Share of calls: {percent} %
      </Input.Label>
      <Slider
        thumbProps={{ 'aria-labelledby': id }}
        label={null}
        min={10}
        max={100}
        step={10}
        value={percent}
        onChange={onChange}
      />
    </div>
  );
}
