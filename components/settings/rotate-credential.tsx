'use client';

import { Button, Checkbox, Group, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { ProviderView } from '#lib/contract/api.ts';
import { credentialInputSchema, inputFault } from '#lib/contract/config.ts';
import { errorMessage, issueFor } from '../api/client.ts';
import { useKeyChange } from '../api/onboarding.ts';
import { Alarm } from '../ui/alarm.tsx';
import { useRecentActions } from '../ui/recent-actions.tsx';
import { CredentialFields, credentialOf, emptyCredential } from './credential-fields.tsx';
import { keyName, OVERLAPS, overlapMeaning } from './key-words.ts';
import { KIND_TEXTS } from './provider-kinds.ts';

interface RotateCredentialProps {
  provider: ProviderView;
  /** An endpoint's slug; null: the provider's own credential. */
  endpoint: string | null;
  onClose: () => void;
}

/** Puts a new key in use, tested first; the old one stands by for a while, so that no call fails on the way. */
export function RotateCredential({ provider, endpoint, onClose }: RotateCredentialProps) {
  const [draft, setDraft] = useState(() => emptyCredential(KIND_TEXTS[provider.kind].env));
  const [overlap, setOverlap] = useState<string>('3600');
  const [tested, setTested] = useState(true);
  const [tried, setTried] = useState(false);
  const change = useKeyChange();
  const { record } = useRecentActions();
  const check = credentialInputSchema.safeParse(credentialOf(draft));
  const empty = draft.how === 'key' ? draft.apiKey.trim() === '' : draft.env.trim() === '';
  const missing =
    empty || !check.success
      ? `Give a key, or the name of a variable such as ${KIND_TEXTS[provider.kind].env}.`
      : null;
  const fault = missing ?? (check.success ? inputFault(provider.kind, check.data) : null);
  const refused = issueFor(change.error, 'credential');
  const name = keyName(provider, endpoint);

  const submit = async () => {
    setTried(true);
    if (!check.success || fault !== null) return;
    const body = {
      credential: check.data,
      overlapSeconds: Number(overlap),
      skipTest: !tested,
      ...(endpoint === null ? {} : { endpoint }),
    };
    const done = await change
      .mutateAsync({ type: 'rotate', slug: provider.slug, version: provider.version, body })
      .catch(() => null);
    if (done === null) return;
    record({ text: `Rotated the key of ${name}` });
    onClose();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <CredentialFields
        draft={draft}
        written={KIND_TEXTS[provider.kind].credential}
        error={tried ? (fault ?? refused) : null}
        onChange={(next) => {
          setDraft(next);
          change.reset();
        }}
      />
      <Checkbox
        mt={12}
        label="Test it first"
        description="One real call; a key that is refused changes nothing."
        checked={tested}
        onChange={(event) => setTested(event.currentTarget.checked)}
      />
      <Select
        mt={12}
        label="Keep the old key for"
        description={overlapMeaning(overlap)}
        allowDeselect={false}
        data={OVERLAPS.map(({ value, label }) => ({ value, label }))}
        value={overlap}
        onChange={(value) => setOverlap(value ?? overlap)}
      />
      {change.error === null || refused !== null ? null : <Alarm text={errorMessage(change.error)} />}
      {change.error !== null && tested ? (
        <Text size="xs" c="dimmed" mt={8}>
          To store it all the same, switch the test off.
        </Text>
      ) : null}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={change.isPending}>
          Rotate the key
        </Button>
      </Group>
    </form>
  );
}
