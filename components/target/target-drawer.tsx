'use client';

import { Button, Drawer, Group, Stack, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import type { TargetView } from '#lib/contract/api.ts';
import { ApiError, errorMessage, issueFor } from '../api/client.ts';
import { useProviders, useSettings } from '../api/resources.ts';
import { useChangeTarget } from '../api/target-changes.ts';
import { Alarm } from '../ui/alarm.tsx';
import { focusFirstError } from '../ui/focus-first-error.ts';
import { useRecentActions } from '../ui/recent-actions.tsx';
import actions from '../ui/sticky-actions.module.css';
import { DeleteTarget } from './delete-target.tsx';
import { EndpointSelect } from './endpoint-select.tsx';
import { checkTarget, draftOf, type TargetDraft, toCreate, toPatch } from './target-draft.ts';
import { BreakerFields, CapabilityFields, MetricsOnlyField, PriceFields } from './target-fields.tsx';

interface Props {
  opened: boolean;
  onClose: () => void;
  /** null: a new one. */
  target: TargetView | null;
}

/** Adds a target, or changes one: model, capabilities, context window, prices, its own breaker settings. */
export function TargetDrawer({ opened, onClose, target }: Props) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={phone ? '100%' : 480}
      title={target === null ? 'Add target' : `Edit ${target.slug}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <TargetForm key={target?.slug ?? ''} current={target} onDone={onClose} />
    </Drawer>
  );
}

function TargetForm({ current, onDone }: { current: TargetView | null; onDone: () => void }) {
  // As it was when the form opened: what was typed rests on it, and a save names its version.
  const [target] = useState(current);
  const [draft, setDraft] = useState<TargetDraft>(() => draftOf(target));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const change = useChangeTarget();
  const providers = useProviders();
  const settings = useSettings();
  const { record } = useRecentActions();
  const set = (part: Partial<TargetDraft>) => setDraft((known) => ({ ...known, ...part }));
  const errorAt = (path: string) => errors[path] ?? issueFor(change.error, path) ?? undefined;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const found = checkTarget(draft, target === null);
    setErrors(found);
    if (Object.keys(found).length > 0) return focusFirstError(form);
    change.mutate(
      target === null
        ? { type: 'create', body: toCreate(draft) }
        : { type: 'update', slug: target.slug, version: target.version, body: toPatch(draft) },
      {
        onSuccess: () => {
          const text = target === null ? `Added target ${draft.slug}` : `Changed target ${target.slug}`;
          notifications.show({ message: text });
          record({ text });
          onDone();
        },
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {target === null && (
          <>
            <TextInput
              label="Slug"
              description="Its stable name: a-z, 0-9 and -."
              required
              value={draft.slug}
              error={errorAt('slug')}
              onChange={(event) => set({ slug: event.currentTarget.value })}
              data-autofocus
            />
            <EndpointSelect
              providers={providers.data ?? []}
              value={draft.endpointId}
              error={errorAt('endpoint') ?? errorAt('provider')}
              onChange={(endpointId) => set({ endpointId })}
            />
          </>
        )}
        <ModelFields draft={draft} set={set} errorAt={errorAt} />
        <CapabilityFields draft={draft} set={set} errorAt={errorAt} />
        <PriceFields draft={draft} set={set} errorAt={errorAt} />
        <BreakerFields
          draft={draft}
          set={set}
          errorAt={errorAt}
          effective={target?.effectiveBreaker ?? settings.data?.breaker ?? null}
        />
        <MetricsOnlyField draft={draft} set={set} />
        {target !== null && <DeleteTarget target={target} />}
        {change.error !== null && <Alarm text={refusalText(change.error)} />}
        <Group justify="flex-end" className={actions.actions}>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            {target === null ? 'Add target' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export interface FieldsProps {
  draft: TargetDraft;
  set: (part: Partial<TargetDraft>) => void;
  errorAt: (path: string) => string | undefined;
}

function ModelFields({ draft, set, errorAt }: FieldsProps) {
  return (
    <>
      <TextInput
        label="Model"
        description="As the vendor calls it."
        required
        value={draft.model}
        error={errorAt('model')}
        onChange={(event) => set({ model: event.currentTarget.value })}
      />
      <Group grow align="flex-start">
        <TextInput
          label="Model family"
          description="Same family: an alternate."
          placeholder={draft.model}
          value={draft.modelFamily}
          error={errorAt('modelFamily')}
          onChange={(event) => set({ modelFamily: event.currentTarget.value })}
        />
        <TextInput
          label="Deployment"
          description="Azure, when named differently."
          value={draft.deployment}
          error={errorAt('deployment')}
          onChange={(event) => set({ deployment: event.currentTarget.value })}
        />
      </Group>
    </>
  );
}

function refusalText(error: Error): string {
  if (error instanceof ApiError && error.code === 'stale_version') {
    return 'Somebody else changed this target meanwhile. Close this, look at the new values, and edit again.';
  }
  return errorMessage(error);
}
