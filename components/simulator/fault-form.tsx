'use client';

import { Button, Input, NumberInput, Select, Slider, Stack } from '@mantine/core';
import { useId, useState } from 'react';
import { FAULTS, type FaultRule, faultSchema, type SimulatorView } from '#lib/contract/simulator.ts';
import { FAULT_TEXTS, modelsAt } from './fault-words.ts';

interface FaultFormProps {
  view: SimulatorView;
  pending: boolean;
  onBreak: (rule: FaultRule) => void;
}

const ANY = '*';

/** Chooses who fails, and how. */
export function FaultForm({ view, pending, onBreak }: FaultFormProps) {
  const [provider, setProvider] = useState(view.providers[0]?.slug ?? '');
  const [endpoint, setEndpoint] = useState(ANY);
  const [model, setModel] = useState(ANY);
  const [fault, setFault] = useState<FaultRule['fault']>('server_error');
  const [percent, setPercent] = useState(100);
  const [retryAfterSeconds, setRetryAfter] = useState(20);
  const [delayMs, setDelay] = useState(20_000);
  const endpoints = view.providers.find((each) => each.slug === provider)?.endpoints ?? [];
  const models = modelsAt(view, provider, endpoint === ANY ? null : endpoint);
  const rule: FaultRule = {
    provider,
    fault,
    share: percent / 100,
    ...(endpoint === ANY ? {} : { endpoint }),
    ...(model === ANY ? {} : { model }),
    ...(fault === 'rate_limit' ? { retryAfterSeconds } : {}),
    ...(fault === 'slow_first_token' ? { delayMs } : {}),
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onBreak(rule);
      }}
    >
      <Stack gap={12}>
        <Select
          label="Vendor"
          allowDeselect={false}
          value={provider}
          data={view.providers.map((each) => ({ value: each.slug, label: each.name }))}
          onChange={(value) => {
            setProvider(value ?? provider);
            setEndpoint(ANY);
            setModel(ANY);
          }}
        />
        <Select
          label="Region"
          allowDeselect={false}
          value={endpoint}
          data={[
            { value: ANY, label: 'Every region' },
            ...endpoints.map((each) => ({ value: each.slug, label: each.region ?? each.slug })),
          ]}
          onChange={(value) => {
            setEndpoint(value ?? ANY);
            setModel(ANY);
          }}
        />
        <Select
          label="Model"
          allowDeselect={false}
          value={model}
          data={[
            { value: ANY, label: 'Every model' },
            ...models.map((each) => ({ value: each, label: each })),
          ]}
          onChange={(value) => setModel(value ?? ANY)}
        />
        <Select
          label="What goes wrong"
          description={FAULT_TEXTS[fault].meaning}
          allowDeselect={false}
          maxDropdownHeight={420}
          value={fault}
          data={FAULTS.map((each) => ({ value: each, label: FAULT_TEXTS[each].label }))}
          onChange={(value) => setFault(faultSchema.catch(fault).parse(value))}
        />
        {fault === 'rate_limit' ? (
          <NumberInput
            label="Come back after, seconds"
            min={1}
            max={600}
            value={retryAfterSeconds}
            onChange={(value) => setRetryAfter(Number(value) || 1)}
          />
        ) : null}
        {fault === 'slow_first_token' ? (
          <NumberInput
            label="First token after, ms"
            min={0}
            max={600_000}
            step={1000}
            value={delayMs}
            onChange={(value) => setDelay(Number(value) || 0)}
          />
        ) : null}
        <ShareSlider percent={percent} onChange={setPercent} />
        <Button type="submit" loading={pending} disabled={provider === ''}>
          Break it
        </Button>
      </Stack>
    </form>
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
