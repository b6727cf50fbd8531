'use client';

import { useState } from 'react';
import { type ProviderKind, providerSchema } from '#lib/contract/config.ts';
import { slugOf } from '../flow/slug-of.ts';
import { credentialOf, emptyCredential } from './credential-fields.tsx';
import { KIND_TEXTS } from './credentials.ts';
import type { EndpointDraft } from './endpoint-fields.tsx';

/** A new provider as its form holds it; `body` is what POST providers takes. */
export function useProviderDraft() {
  const [kind, setKind] = useState<ProviderKind>('openai');
  const [name, setName] = useState('');
  const [ownSlug, setSlug] = useState<string | null>(null);
  const [credential, setCredential] = useState(() => emptyCredential(KIND_TEXTS.openai.env));
  const [endpoints, setEndpoints] = useState<EndpointDraft[]>(() => firstEndpoint('openai'));
  const body = {
    slug: ownSlug ?? slugOf(name),
    name,
    kind,
    credential: credentialOf(credential),
    endpoints: endpoints.map(({ slug, region, baseUrl }) =>
      region.trim() === '' ? { slug, baseUrl } : { slug, baseUrl, region },
    ),
  };
  return {
    body,
    check: providerSchema.safeParse(body),
    credential,
    endpoints,
    setName,
    setSlug,
    setCredential,
    setEndpoints,
    /** Starts over with what is usual for this vendor. */
    setKind: (next: ProviderKind) => {
      setKind(next);
      setCredential({ ...credential, env: KIND_TEXTS[next].env });
      setEndpoints(firstEndpoint(next));
    },
  };
}

function firstEndpoint(kind: ProviderKind): EndpointDraft[] {
  return [{ id: 1, slug: 'global', region: '', baseUrl: KIND_TEXTS[kind].baseUrl }];
}
