'use client';

import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { providerViewSchema } from '#lib/contract/api.ts';
import { PROVIDER_KINDS, type ProviderKind, providerSchema } from '#lib/contract/config.ts';
import { callApi, errorMessage, issueFor } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { slugOf } from '../flow/slug-of.ts';
import { Alarm } from '../ui/alarm.tsx';
import { CredentialFields, credentialOf, emptyCredential } from './credential-fields.tsx';
import { KIND_TEXTS } from './credentials.ts';
import { type EndpointDraft, EndpointFields } from './endpoint-fields.tsx';
import { useSettingsMutation } from './use-settings-mutation.ts';

/** An account at a vendor, with its endpoints and its credential. */
export function AddProvider({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<ProviderKind>('openai');
  const [name, setName] = useState('');
  const [ownSlug, setSlug] = useState<string | null>(null);
  const [credential, setCredential] = useState(() => emptyCredential(KIND_TEXTS.openai.env));
  const [endpoints, setEndpoints] = useState<EndpointDraft[]>(() => firstEndpoint('openai'));
  const [tried, setTried] = useState(false);
  const body = {
    slug: ownSlug ?? slugOf(name),
    name,
    kind,
    credential: credentialOf(credential),
    endpoints: endpoints.map(({ slug, region, baseUrl }) =>
      region.trim() === '' ? { slug, baseUrl } : { slug, baseUrl, region },
    ),
  };
  const check = providerSchema.safeParse(body);
  const create = useSettingsMutation(
    (input: typeof body) =>
      callApi({ path: '/providers', method: 'POST', body: input, answer: providerViewSchema }),
    [keys.providers],
    (input) => `Added the provider ${input.name}`,
  );
  const problem = (path: string): string | null => {
    const own = check.success
      ? undefined
      : check.error.issues.find((issue) => issue.path.join('.').startsWith(path));
    return tried && own !== undefined ? own.message : issueFor(create.error, path);
  };
  const changeKind = (next: ProviderKind) => {
    setKind(next);
    setCredential({ ...credential, env: KIND_TEXTS[next].env });
    setEndpoints(firstEndpoint(next));
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
        <Select
          label="Kind"
          allowDeselect={false}
          value={kind}
          data={PROVIDER_KINDS.map((each) => ({ value: each, label: KIND_TEXTS[each].label }))}
          onChange={(value) => changeKind(PROVIDER_KINDS.find((each) => each === value) ?? kind)}
        />
        <TextInput
          label="Name"
          placeholder={KIND_TEXTS[kind].label}
          value={name}
          error={name.trim() === '' && tried ? 'Give the provider a name.' : problem('name')}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Slug"
          description="Its stable name in the API. It cannot be changed later."
          value={body.slug}
          error={problem('slug')}
          onChange={(event) => setSlug(event.currentTarget.value)}
        />
        <CredentialFields
          allowNone
          draft={credential}
          error={problem('credential')}
          onChange={setCredential}
        />
        <EndpointFields endpoints={endpoints} problem={problem} onChange={setEndpoints} />
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

function firstEndpoint(kind: ProviderKind): EndpointDraft[] {
  return [{ id: 1, slug: 'global', region: '', baseUrl: KIND_TEXTS[kind].baseUrl }];
}
