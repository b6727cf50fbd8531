'use client';

import { Anchor, Autocomplete, SimpleGrid, TextInput } from '@mantine/core';
import { CredentialFields } from '../settings/credential-fields.tsx';
import { providerPart } from './onboarding-draft.ts';
import type { Onboarder } from './use-onboarding.ts';
import { vendorUrl } from './vendors.ts';

/** Who is called, where, and with which key. */
export function AccountFields({ own }: { own: Onboarder }) {
  const { draft, existing, problem, changeAccount } = own;
  const { vendor } = draft;
  const part = providerPart(draft, existing);
  const changeRegion = (region: string) =>
    // An address that was written by hand stays.
    changeAccount({
      region,
      baseUrl: draft.baseUrl === vendorUrl(vendor, draft.region) ? null : draft.baseUrl,
    });
  return (
    <>
      <CredentialFields
        allowNone={vendor.keyless}
        written={vendor.hint === '' ? undefined : vendor.hint}
        draft={draft.credential}
        error={problem('provider.credential')}
        onChange={(credential) => changeAccount({ credential })}
      />
      {vendor.keyUrl === null ? null : (
        <p>
          No key yet?{' '}
          <Anchor className="sy-link" size="sm" href={vendor.keyUrl} target="_blank" rel="noreferrer">
            Get one from {vendor.label}
          </Anchor>
        </p>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing={12} verticalSpacing={8}>
        {vendor.regional ? (
          <Autocomplete
            label="Region"
            description="As the cloud writes it; every call names it."
            data={[...vendor.regions]}
            value={draft.region}
            error={problem('provider.endpoints.0.region')}
            onChange={changeRegion}
          />
        ) : null}
        <TextInput
          label="Base URL"
          description={vendor.regional ? 'Follows the region.' : undefined}
          classNames={{ input: 'sy-mono' }}
          value={part.endpoint.baseUrl}
          error={problem('provider.endpoints.0.baseUrl')}
          onChange={(event) => changeAccount({ baseUrl: event.currentTarget.value })}
        />
        {vendor.regional ? null : (
          <TextInput
            label="Region (optional)"
            placeholder="global"
            value={draft.region}
            error={problem('provider.endpoints.0.region')}
            onChange={(event) => changeAccount({ region: event.currentTarget.value })}
          />
        )}
        <TextInput
          label="Name"
          description="As it is shown."
          value={part.name}
          error={problem('provider.name')}
          onChange={(event) => changeAccount({ name: event.currentTarget.value })}
        />
        <TextInput
          label="Slug"
          description="Its stable name in the API."
          value={part.slug}
          error={problem('provider.slug')}
          onChange={(event) => changeAccount({ slug: event.currentTarget.value })}
        />
      </SimpleGrid>
    </>
  );
}
