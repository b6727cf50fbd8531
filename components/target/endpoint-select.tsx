'use client';

import { Select } from '@mantine/core';
import type { ProviderView } from '#lib/contract/api.ts';

interface Props {
  providers: readonly ProviderView[];
  value: string;
  error: string | undefined;
  onChange: (endpointId: string) => void;
}

/** Where the calls go: an endpoint, under its provider. */
export function EndpointSelect({ providers, value, error, onChange }: Props) {
  return (
    <Select
      label="Provider and endpoint"
      required
      searchable
      value={value === '' ? null : value}
      error={error}
      onChange={(next) => onChange(next ?? '')}
      data={providers.map((provider) => ({
        group: provider.name,
        items: provider.endpoints.map((endpoint) => ({
          value: endpoint.id,
          label: endpoint.region === null ? endpoint.id : `${endpoint.id} (${endpoint.region})`,
        })),
      }))}
      nothingFoundMessage="No provider by that name. Add one under Settings, Providers."
    />
  );
}
