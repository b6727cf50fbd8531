'use client';

import { Button, Fieldset, Stack, TextInput } from '@mantine/core';

export interface EndpointDraft {
  /** Of the row in this form; never sent. */
  id: number;
  slug: string;
  region: string;
  baseUrl: string;
}

interface EndpointFieldsProps {
  endpoints: readonly EndpointDraft[];
  /** The vendor's calls name the region. */
  regionRequired: boolean;
  /** By dotted path: "endpoints.0.baseUrl". */
  problem: (path: string) => string | null;
  onChange: (endpoints: EndpointDraft[]) => void;
}

/** One base URL each, usually a region. */
export function EndpointFields({ endpoints, regionRequired, problem, onChange }: EndpointFieldsProps) {
  const change = (at: number, own: Partial<EndpointDraft>) =>
    onChange(endpoints.map((each, n) => (n === at ? { ...each, ...own } : each)));
  const regionField = (endpoint: EndpointDraft, at: number) => (
    <TextInput
      mt={regionRequired ? 0 : 8}
      label={regionRequired ? 'Region' : 'Region (optional)'}
      description={regionRequired ? 'As the cloud writes it; every call names it.' : undefined}
      value={endpoint.region}
      error={problem(`endpoints.${at}.region`)}
      onChange={(event) => change(at, { region: event.currentTarget.value })}
    />
  );
  return (
    <Stack gap={8}>
      {endpoints.map((endpoint, at) => (
        <Fieldset key={endpoint.id} legend={`Endpoint ${at + 1}`}>
          {regionRequired ? regionField(endpoint, at) : null}
          <TextInput
            mt={regionRequired ? 8 : 0}
            label="Base URL"
            value={endpoint.baseUrl}
            error={problem(`endpoints.${at}.baseUrl`)}
            onChange={(event) => change(at, { baseUrl: event.currentTarget.value })}
          />
          <TextInput
            mt={8}
            label="Slug"
            value={endpoint.slug}
            error={problem(`endpoints.${at}.slug`)}
            onChange={(event) => change(at, { slug: event.currentTarget.value })}
          />
          {regionRequired ? null : regionField(endpoint, at)}
          {endpoints.length === 1 ? null : (
            <Button
              mt={8}
              size="compact-sm"
              variant="default"
              onClick={() => onChange(endpoints.filter((_, n) => n !== at))}
            >
              Remove endpoint {at + 1}
            </Button>
          )}
        </Fieldset>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        style={{ alignSelf: 'start' }}
        onClick={() =>
          onChange([
            ...endpoints,
            { id: nextId(endpoints), slug: '', region: '', baseUrl: endpoints[0]?.baseUrl ?? '' },
          ])
        }
      >
        Add an endpoint
      </Button>
    </Stack>
  );
}

function nextId(endpoints: readonly EndpointDraft[]): number {
  return Math.max(0, ...endpoints.map((endpoint) => endpoint.id)) + 1;
}
