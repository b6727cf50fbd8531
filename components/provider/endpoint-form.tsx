'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type ProviderView, providerViewSchema } from '#lib/contract/api.ts';
import { callApi, errorMessage, issueFor } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import {
  type CredentialDraft,
  CredentialFields,
  credentialOf,
  emptyCredential,
} from '../settings/credential-fields.tsx';
import { type EndpointInput, keepCredential } from '../settings/credentials.ts';
import { KIND_TEXTS, needsRegion } from '../settings/provider-kinds.ts';
import { useSettingsMutation } from '../settings/use-settings-mutation.ts';
import { Alarm } from '../ui/alarm.tsx';
import { endpointDraft, endpointFaults, followRegion, withEndpoint } from './endpoint-draft.ts';

type EndpointView = ProviderView['endpoints'][number];

interface EndpointFormProps {
  provider: ProviderView;
  /** null: a new one. */
  endpoint: EndpointView | null;
  onClose: () => void;
}

/** One address of a provider, usually a region; a new one may bring a key of its own. */
export function EndpointForm({ provider, endpoint, onClose }: EndpointFormProps) {
  const [draft, setDraft] = useState(() => endpointDraft(provider, endpoint));
  const [own, setOwn] = useState<CredentialDraft>(() => ({
    ...emptyCredential(KIND_TEXTS[provider.kind].env),
    how: 'none',
  }));
  const [tried, setTried] = useState(false);
  const others = provider.endpoints.filter((other) => other !== endpoint).map(({ slug }) => slug);
  const faults = endpointFaults(provider.kind, draft, others);
  const required = needsRegion(provider.kind);
  const save = useEndpointChange(provider);
  const at = endpoint === null ? provider.endpoints.length : provider.endpoints.indexOf(endpoint);
  const problem = (field: string) =>
    (tried ? faults[field] : undefined) ?? issueFor(save.error, `endpoints.${at}.${field}`);
  const change = (part: Partial<typeof draft>) => {
    setDraft(followRegion(provider.kind, draft, { ...draft, ...part }));
    save.reset();
  };
  const submit = async () => {
    setTried(true);
    if (Object.keys(faults).length > 0) return;
    const credential = endpoint === null ? credentialOf(own) : keepCredential(endpoint.credential);
    const next: EndpointInput = {
      slug: draft.slug,
      baseUrl: draft.baseUrl,
      ...(draft.region === '' ? {} : { region: draft.region }),
      ...(credential === undefined ? {} : { credential }),
    };
    const done = await save.mutateAsync({ slug: draft.slug, next }).catch(() => null);
    if (done !== null) onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap={12}>
        <TextInput
          label={required ? 'Region' : 'Region (optional)'}
          description={required ? 'As the cloud writes it; every call names it.' : undefined}
          value={draft.region}
          error={problem('region')}
          onChange={(event) => change({ region: event.currentTarget.value })}
        />
        <TextInput
          label="Base URL"
          classNames={{ input: 'sy-mono' }}
          value={draft.baseUrl}
          error={problem('baseUrl')}
          onChange={(event) => change({ baseUrl: event.currentTarget.value })}
        />
        {endpoint === null ? (
          <>
            <TextInput
              label="Slug"
              description="Its stable name in the API."
              value={draft.slug}
              error={problem('slug')}
              onChange={(event) => change({ slug: event.currentTarget.value })}
            />
            <CredentialFields
              allowNone="The provider’s key"
              written={KIND_TEXTS[provider.kind].credential}
              draft={own}
              error={problem('credential')}
              onChange={setOwn}
            />
          </>
        ) : null}
        {save.error === null ? null : <Alarm text={errorMessage(save.error)} />}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {endpoint === null ? 'Add the endpoint' : 'Save the endpoint'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Adds, changes or (null) removes one endpoint. */
export function useEndpointChange(provider: ProviderView) {
  return useSettingsMutation(
    ({ slug, next }: { slug: string; next: EndpointInput | null }) =>
      callApi({
        path: `/providers/${encodeURIComponent(provider.slug)}`,
        method: 'PATCH',
        version: provider.version,
        body: { endpoints: withEndpoint(provider, slug, next) },
        answer: providerViewSchema,
      }),
    [keys.providers, keys.targets],
    ({ slug, next }) => `${next === null ? 'Removed' : 'Saved'} the endpoint ${provider.slug}.${slug}`,
  );
}
