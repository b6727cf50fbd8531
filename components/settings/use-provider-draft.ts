'use client';

import { useState } from 'react';
import { type ProviderKind, providerSchema } from '#lib/contract/config.ts';
import { slugOf } from '../flow/slug-of.ts';
import { credentialOf, emptyCredential } from './credential-fields.tsx';
import type { EndpointDraft } from './endpoint-fields.tsx';
import { KIND_TEXTS, needsRegion, usualBaseUrl } from './provider-kinds.ts';

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
    setEndpoints: (next: EndpointDraft[]) =>
      setEndpoints(next.map((own) => followRegion(kind, endpoints, own))),
    /** Starts over with what is usual for this vendor. */
    setKind: (next: ProviderKind) => {
      setKind(next);
      setCredential({ ...credential, env: KIND_TEXTS[next].env });
      setEndpoints(firstEndpoint(next));
    },
  };
}

function firstEndpoint(kind: ProviderKind): EndpointDraft[] {
  const region = KIND_TEXTS[kind].region ?? '';
  return [{ id: 1, slug: region === '' ? 'global' : region, region, baseUrl: usualBaseUrl(kind, region) }];
}

/** Where the vendor's address names the region, address and slug follow it until they are written by hand. */
export function followRegion(
  kind: ProviderKind,
  before: readonly EndpointDraft[],
  now: EndpointDraft,
): EndpointDraft {
  const was = before.find(({ id }) => id === now.id);
  if (!needsRegion(kind) || was === undefined || was.region === now.region) return now;
  const baseUrl =
    was.baseUrl === usualBaseUrl(kind, was.region) ? usualBaseUrl(kind, now.region) : now.baseUrl;
  return { ...now, baseUrl, slug: was.slug === was.region ? now.region : now.slug };
}
