'use client';

import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { providerViewSchema } from '#lib/contract/api.ts';
import { PROVIDER_KINDS } from '#lib/contract/config.ts';
import { callApi, errorMessage, issueFor } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { Alarm } from '../ui/alarm.tsx';
import { CredentialFields } from './credential-fields.tsx';
import { EndpointFields } from './endpoint-fields.tsx';
import { KIND_TEXTS, needsRegion } from './provider-kinds.ts';
import { useProviderDraft } from './use-provider-draft.ts';
import { useSettingsMutation } from './use-settings-mutation.ts';

/** An account at a vendor, with its endpoints and its credential. */
export function AddProvider({ onClose }: { onClose: () => void }) {
  const draft = useProviderDraft();
  const [tried, setTried] = useState(false);
  const { body, check } = draft;
  const create = useSettingsMutation(
    (input: typeof body) =>
      callApi({ path: '/providers', method: 'POST', body: input, answer: providerViewSchema }),
    [keys.providers],
    (input) => `Added the provider ${input.name}`,
  );
  const problem = (path: string): string | null => {
    const issues = check.success || !tried ? [] : check.error.issues;
    const own = issues.find((issue) => issue.path.join('.').startsWith(path));
    return own?.message ?? issueFor(create.error, path);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (check.success) create.mutate(body, { onSuccess: onClose });
      }}
    >
      <Stack gap={12}>
        <NameFields draft={draft} tried={tried} problem={problem} />
        <CredentialFields
          allowNone
          written={KIND_TEXTS[body.kind].credential}
          draft={draft.credential}
          error={problem('credential')}
          onChange={draft.setCredential}
        />
        <EndpointFields
          regionRequired={needsRegion(body.kind)}
          endpoints={draft.endpoints}
          problem={problem}
          onChange={draft.setEndpoints}
        />
        {create.error === null ? null : <Alarm text={errorMessage(create.error)} />}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add the provider
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface NameFieldsProps {
  draft: ReturnType<typeof useProviderDraft>;
  tried: boolean;
  problem: (path: string) => string | null;
}

function NameFields({ draft, tried, problem }: NameFieldsProps) {
  const { kind, name, slug } = draft.body;
  return (
    <>
      <Select
        label="Kind"
        allowDeselect={false}
        value={kind}
        data={PROVIDER_KINDS.map((each) => ({ value: each, label: KIND_TEXTS[each].label }))}
        onChange={(value) => draft.setKind(PROVIDER_KINDS.find((each) => each === value) ?? kind)}
      />
      <TextInput
        label="Name"
        placeholder={KIND_TEXTS[kind].label}
        value={name}
        error={name.trim() === '' && tried ? 'Give the provider a name.' : problem('name')}
        onChange={(event) => draft.setName(event.currentTarget.value)}
      />
      <TextInput
        label="Slug"
        description="Its stable name in the API. It cannot be changed later."
        value={slug}
        error={problem('slug')}
        onChange={(event) => draft.setSlug(event.currentTarget.value)}
      />
    </>
  );
}
