'use client';

import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { type ProviderView, providerViewSchema } from '#lib/contract/api.ts';
import { type CredentialInput, credentialInputSchema, inputFault } from '#lib/contract/config.ts';
import { callApi, errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { Alarm } from '../ui/alarm.tsx';
import { CredentialFields, credentialOf, emptyCredential } from './credential-fields.tsx';
import { withEndpointCredential } from './credentials.ts';
import { KIND_TEXTS } from './provider-kinds.ts';
import { useSettingsMutation } from './use-settings-mutation.ts';

interface RotateCredentialProps {
  provider: ProviderView;
  /** An endpoint's slug; null: the provider's own credential. */
  endpoint: string | null;
  onClose: () => void;
}

/** Replaces a credential; new calls use it at once, calls under way finish with the old one. */
export function RotateCredential({ provider, endpoint, onClose }: RotateCredentialProps) {
  const [draft, setDraft] = useState(() => emptyCredential(KIND_TEXTS[provider.kind].env));
  const [tried, setTried] = useState(false);
  const check = credentialInputSchema.safeParse(credentialOf(draft));
  const empty = draft.how === 'key' ? draft.apiKey.trim() === '' : draft.env.trim() === '';
  const save = useSettingsMutation(
    (credential: CredentialInput) =>
      callApi({
        path: `/providers/${encodeURIComponent(provider.slug)}`,
        method: 'PATCH',
        version: provider.version,
        body:
          endpoint === null
            ? { credential }
            : { endpoints: withEndpointCredential(provider, endpoint, credential) },
        answer: providerViewSchema,
      }),
    [keys.providers],
    () => `Changed the credential of ${endpoint === null ? provider.name : `${provider.slug}.${endpoint}`}`,
  );
  const fault = check.success ? inputFault(provider.kind, check.data) : null;
  const missing =
    empty || !check.success
      ? `Give a key, or the name of a variable such as ${KIND_TEXTS[provider.kind].env}.`
      : null;
  const problem = tried ? (missing ?? fault) : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (check.success && missing === null && fault === null)
          save.mutate(check.data, { onSuccess: onClose });
      }}
    >
      <Text size="sm" mb={12}>
        New calls use it at once; calls under way finish with the old one.
      </Text>
      <CredentialFields
        draft={draft}
        written={KIND_TEXTS[provider.kind].credential}
        error={problem}
        onChange={setDraft}
      />
      {save.error === null ? null : <Alarm text={errorMessage(save.error)} />}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          Save the credential
        </Button>
      </Group>
    </form>
  );
}
