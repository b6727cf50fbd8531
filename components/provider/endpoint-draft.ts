import type { ProviderView } from '#lib/contract/api.ts';
import { endpointSchema, type ProviderKind } from '#lib/contract/config.ts';
import { regionFault } from '#lib/contract/provider-rules.ts';
import { type EndpointInput, keepCredential } from '../settings/credentials.ts';
import { needsRegion, usualBaseUrl } from '../settings/provider-kinds.ts';

type EndpointView = ProviderView['endpoints'][number];

/** An endpoint as its form holds it; "" for "none". */
export interface EndpointDraft {
  slug: string;
  region: string;
  baseUrl: string;
}

export function endpointDraft(provider: ProviderView, endpoint: EndpointView | null): EndpointDraft {
  if (endpoint !== null) {
    const { slug, region, baseUrl } = endpoint;
    return { slug, region: region ?? '', baseUrl };
  }
  return { slug: '', region: '', baseUrl: provider.endpoints[0]?.baseUrl ?? '' };
}

/** Where the vendor's address names the region, address and slug follow it until they are written by hand. */
export function followRegion(kind: ProviderKind, was: EndpointDraft, now: EndpointDraft): EndpointDraft {
  if (!needsRegion(kind) || was.region === now.region) return now;
  const usual = was.baseUrl === usualBaseUrl(kind, was.region) || was.region === '';
  const baseUrl = usual ? usualBaseUrl(kind, now.region) : now.baseUrl;
  return { ...now, baseUrl, slug: was.slug === was.region ? now.region : now.slug };
}

/** What is wrong with it, by field; empty: it may be sent. */
export function endpointFaults(
  kind: ProviderKind,
  draft: EndpointDraft,
  taken: readonly string[],
): Record<string, string> {
  const faults: Record<string, string> = {};
  const { region } = draft;
  const issues = endpointSchema.safeParse({ ...draft, ...(region === '' ? { region: undefined } : {}) }).error
    ?.issues;
  for (const { path, message } of issues ?? []) faults[path.join('.')] ??= message;
  const wrongRegion = regionFault(kind, region);
  if (wrongRegion !== null) faults.region ??= wrongRegion;
  if (taken.includes(draft.slug)) faults.slug ??= `There is already an endpoint "${draft.slug}".`;
  return faults;
}

/** The provider's endpoints as PATCH takes them, with one added, changed (by its slug), or left out (null). */
export function withEndpoint(
  provider: ProviderView,
  slug: string,
  next: EndpointInput | null,
): EndpointInput[] {
  const kept = provider.endpoints.map((endpoint): EndpointInput => {
    const credential = keepCredential(endpoint.credential);
    return {
      slug: endpoint.slug,
      baseUrl: endpoint.baseUrl,
      ...(endpoint.region === null ? {} : { region: endpoint.region }),
      ...(credential === undefined ? {} : { credential }),
    };
  });
  const known = kept.some((endpoint) => endpoint.slug === slug);
  if (next === null) return kept.filter((endpoint) => endpoint.slug !== slug);
  return known ? kept.map((endpoint) => (endpoint.slug === slug ? next : endpoint)) : [...kept, next];
}
