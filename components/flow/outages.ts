import type { ProviderView } from '#lib/contract/api.ts';
import type { ProviderKind } from '#lib/contract/config.ts';
import { rateLimitScope } from '#lib/contract/engine-terms.ts';
import { type ChainRole, chainRoles, type DraftEntry } from './chain-draft.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';

/** The six ways in which a primary fails, from the smallest part of it to the largest. */
export const FAILURE_MODES = [
  'rate_limited',
  'server_errors',
  'slow',
  'model_down',
  'region_out',
  'vendor_dark',
] as const;
export type FailureMode = (typeof FAILURE_MODES)[number];

/** A target of the chain that may be called, with what it shares with others when something fails. */
export interface Place {
  slug: string;
  label: string;
  role: Exclude<ChainRole, 'disabled'>;
  model: string;
  provider: string;
  /** The provider's name, without a remark that it is simulated. */
  providerName: string;
  vendor: string;
  endpointId: string;
  region: string | null;
  /** Whose limit a 429 is about: two places with the same key are limited together. */
  limit: string;
  capabilities: readonly string[];
}

export interface PlacesInput {
  chain: readonly Pick<DraftEntry, 'target' | 'enabled'>[];
  targets: TargetIndex;
  providers: readonly ProviderView[];
}

/** The targets that this chain may call, in order; the first is the primary. */
export function placesOf({ chain, targets, providers }: PlacesInput): Place[] {
  const known = chain.filter((entry) => targets.has(entry.target));
  return chainRoles(known, targets).flatMap((role, at): Place[] => {
    const target = targets.get(known[at]?.target ?? '');
    if (target === undefined || role === 'disabled') return [];
    const { slug, model, endpointId, region } = target;
    const provider = providers.find((each) => each.slug === target.provider);
    const endpoint = provider?.endpoints.find(({ id }) => id === endpointId);
    const credential = endpoint?.credential == null ? target.provider : endpointId;
    return [
      {
        slug,
        label: targetLabel(targets, slug),
        role,
        model,
        provider: target.provider,
        providerName: target.providerName.replace(/ \(simulated\)$/, ''),
        vendor: vendorOf(target.provider, provider?.kind, endpoint?.baseUrl),
        endpointId,
        region,
        limit: isTheAccounts(provider?.kind) ? `${credential} ${model}` : slug,
        capabilities: target.capabilities ?? [],
      },
    ];
  });
}

/** Two accounts at one maker go dark together; what merely speaks OpenAI's format is told apart by its host. */
function vendorOf(slug: string, kind: ProviderKind | undefined, baseUrl: string | undefined): string {
  if (kind !== undefined && kind !== 'openai-compatible') return kind;
  return baseUrl === undefined ? slug : `host ${new URL(baseUrl).host}`;
}

function isTheAccounts(kind: ProviderKind | undefined): boolean {
  return kind !== undefined && rateLimitScope(kind) === 'account';
}

/** Whether a place fails together with the primary. */
export function isHit(mode: FailureMode, primary: Place, place: Place): boolean {
  switch (mode) {
    case 'rate_limited':
      return place.limit === primary.limit;
    case 'server_errors':
    case 'slow':
      return place.slug === primary.slug;
    case 'model_down':
      return place.vendor === primary.vendor && place.model === primary.model;
    case 'region_out':
      return place.endpointId === primary.endpointId || sameRegion(place, primary);
    case 'vendor_dark':
      return place.vendor === primary.vendor;
    default:
      return mode satisfies never;
  }
}

function sameRegion(a: Place, b: Place): boolean {
  return a.vendor === b.vendor && isRegion(a.region) && a.region === b.region;
}

function isRegion(region: string | null): region is string {
  return region !== null && region !== 'global';
}

/** "If region us-east of OpenAI is out" */
export function modeWords(mode: FailureMode, primary: Place): string {
  const { label, model, providerName, region, endpointId } = primary;
  switch (mode) {
    case 'rate_limited':
      return `If ${label} is rate limited`;
    case 'server_errors':
      return `If ${label} answers with server errors`;
    case 'slow':
      return `If ${label} is slow`;
    case 'model_down':
      return `If ${model} is down at ${providerName}`;
    case 'region_out':
      return isRegion(region)
        ? `If region ${region} of ${providerName} is out`
        : `If the endpoint ${endpointId} is out`;
    case 'vendor_dark':
      return `If all of ${providerName} is down`;
    default:
      return mode satisfies never;
  }
}
