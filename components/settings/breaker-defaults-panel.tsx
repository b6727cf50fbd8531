'use client';

import { Button, Group, NumberInput, SimpleGrid } from '@mantine/core';
import { useState } from 'react';
import { type SettingsView, settingsViewSchema } from '#lib/contract/api.ts';
import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import { callApi, errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { numberOrEmpty } from '../flow/policy-fields.ts';
import { useDirtyGuard } from '../flow/use-dirty-guard.ts';
import { Alarm } from '../ui/alarm.tsx';
import { Panel } from '../ui/panel.tsx';
import {
  BREAKER_FIELDS,
  type BreakerCheck,
  type BreakerDraft,
  checkBreaker,
  draftOfSettings,
  fromShown,
  sameBreaker,
  toShown,
} from './breaker-form.ts';
import classes from './settings.module.css';
import { useSettings } from './use-settings.ts';
import { useSettingsMutation } from './use-settings-mutation.ts';

/** When breakers open and close, for every target that has no settings of its own. */
export function BreakerDefaultsPanel() {
  const settings = useSettings();
  if (settings.data !== undefined) return <BreakerDefaults settings={settings.data} />;
  const retry = () => void settings.refetch();
  return (
    <Panel
      title="Breaker defaults"
      height={220}
      state={
        settings.error === null
          ? { kind: 'loading' }
          : {
              kind: 'failed',
              text: `The settings could not be read. ${errorMessage(settings.error)}`,
              onRetry: retry,
            }
      }
    />
  );
}

function BreakerDefaults({ settings }: { settings: SettingsView }) {
  const [draft, setDraft] = useState<BreakerDraft | null>(null);
  const published = draftOfSettings(settings.breaker);
  const value = draft ?? published;
  const dirty = !sameBreaker(value, published);
  const check = checkBreaker(value);
  useDirtyGuard(dirty);
  const save = useSaveBreaker(settings.version);
  const set = (next: BreakerDraft | null) => {
    setDraft(next);
    save.reset();
  };
  return (
    <Panel title="Breaker defaults">
      <p className={classes.quiet}>
        They hold for every target without settings of its own. A setting with which a breaker could not
        recover is refused.
      </p>
      <BreakerFields draft={value} check={check} onChange={set} />
      {save.error === null ? null : <Alarm text={errorMessage(save.error)} />}
      <Group mt={12} gap={8}>
        <Button
          disabled={!dirty || !check.ok}
          loading={save.isPending}
          onClick={() => check.ok && save.mutate(check.settings, { onSuccess: () => setDraft(null) })}
        >
          Save the defaults
        </Button>
        <Button variant="default" disabled={!dirty} onClick={() => set(null)}>
          Discard
        </Button>
        <Button
          variant="subtle"
          disabled={sameBreaker(value, { ...DEFAULT_BREAKER })}
          onClick={() => set({ ...DEFAULT_BREAKER })}
        >
          Put in the documented values
        </Button>
        <span className={classes.hint}>
          {check.ok
            ? dirty
              ? 'They hold at once.'
              : 'Nothing to save.'
            : 'Something is not valid: see beside its field.'}
        </span>
      </Group>
    </Panel>
  );
}

interface BreakerFieldsProps {
  draft: BreakerDraft;
  check: BreakerCheck;
  onChange: (draft: BreakerDraft) => void;
}

function BreakerFields({ draft, check, onChange }: BreakerFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing={12}>
      {BREAKER_FIELDS.map((text) => (
        <NumberInput
          key={text.field}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          label={text.label}
          description={text.description}
          value={toShown(text, draft[text.field])}
          error={check.ok ? undefined : check.issues.get(text.field)}
          onChange={(shown) => onChange({ ...draft, [text.field]: fromShown(text, numberOrEmpty(shown)) })}
        />
      ))}
    </SimpleGrid>
  );
}

function useSaveBreaker(version: number) {
  return useSettingsMutation(
    (breaker: SettingsView['breaker']) =>
      callApi({ path: '/settings', method: 'PATCH', version, body: { breaker }, answer: settingsViewSchema }),
    [keys.settings, keys.targets],
    () => 'Changed the breaker defaults',
  );
}
