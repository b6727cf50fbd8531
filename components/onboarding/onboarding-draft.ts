import type { TargetView } from '#lib/contract/api.ts';
import { knownModel } from '#lib/contract/model-catalogue.ts';
import type { OnboardingInput } from '#lib/contract/onboarding.ts';
import type { ListedModel } from '#lib/contract/test-call.ts';
import { slugOf } from '../flow/slug-of.ts';
import { type CredentialDraft, credentialOf, emptyCredential } from '../settings/credential-fields.tsx';
import { type Vendor, vendorUrl } from './vendors.ts';

/** A new provider as the page holds it; null: what is usual, until it is written by hand. */
export interface OnboardingDraft {
  vendor: Vendor;
  name: string | null;
  slug: string | null;
  region: string;
  baseUrl: string | null;
  credential: CredentialDraft;
  /** The models that become targets, in the order in which they were chosen. */
  models: ListedModel[];
  flow: FlowDraft;
}

export interface FlowDraft {
  make: boolean;
  name: string;
  slug: string | null;
  /** Target slugs in order; null: the usual order. */
  chain: string[] | null;
  /** Existing targets that were added by hand or taken out. */
  added: string[];
  removed: string[];
}

/** What is there already, as far as names and chains depend on it. */
export interface Existing {
  providers: readonly { slug: string }[];
  targets: readonly TargetView[];
  flows: readonly { slug: string; aliases: readonly string[] }[];
}

export function emptyDraft(vendor: Vendor): OnboardingDraft {
  return {
    vendor,
    name: null,
    slug: null,
    region: vendor.regions[0] ?? '',
    baseUrl: null,
    credential: { ...emptyCredential(vendor.env), how: vendor.keyless ? 'none' : 'key' },
    models: [],
    flow: { make: true, name: 'Assistant', slug: null, chain: null, added: [], removed: [] },
  };
}

/** The provider's part, filled in. A second account at a vendor gets a name of its own. */
export function providerPart(draft: OnboardingDraft, { providers }: Pick<Existing, 'providers'>) {
  const { vendor, region, credential } = draft;
  const label = vendor.id === 'other' ? 'My models' : vendor.label;
  const taken = new Set(providers.map(({ slug }) => slug));
  const name = draft.name ?? label;
  const slug = draft.slug ?? unique(slugOf(name), taken);
  const baseUrl = draft.baseUrl ?? vendorUrl(vendor, region);
  const endpoint = { slug: endpointSlug(region), baseUrl, ...(region === '' ? {} : { region }) };
  const given = credentialOf(credential);
  return { slug, name, kind: vendor.kind, endpoint, ...(given === undefined ? {} : { credential: given }) };
}

function endpointSlug(region: string): string {
  return slugOf(region) || 'global';
}

/** A name that is not taken: `gpt-4o`, else `gpt-4o-2`. */
export function unique(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const base = wanted.slice(0, 60);
  for (let n = 2; ; n += 1) if (!taken.has(`${base}-${n}`)) return `${base}-${n}`;
}

/** One new target with what is known of its model, by the catalogue and by the vendor's own list. */
export interface PlannedTarget {
  slug: string;
  model: string;
  deployment: string | null;
  family: string | null;
  contextWindow: number | null;
  capabilities: TargetView['capabilities'];
  prices: TargetView['prices'];
}

/** The targets in the order of choice. A slug that is taken gets the provider's in front. */
export function plannedTargets(draft: OnboardingDraft, existing: Existing): PlannedTarget[] {
  const provider = providerPart(draft, existing).slug;
  const taken = new Set(existing.targets.map(({ slug }) => slug));
  return draft.models.map((model) => {
    const known = knownModel(model.id);
    const own = slugOf(model.deployment ?? plainId(model.id)) || 'model';
    const slug = unique(taken.has(own) ? `${provider}-${own}`.slice(0, 63) : own, taken);
    taken.add(slug);
    const { id, deployment, prices } = model;
    const family = known === null ? null : (kinOf(known.family, existing) ?? known.family);
    return {
      slug,
      model: id,
      deployment,
      family: family === id ? null : family,
      contextWindow: model.contextWindow ?? known?.contextWindow ?? null,
      capabilities: known?.capabilities ?? null,
      prices,
    };
  });
}

/** What a real target that is there calls the same model: alternates are told by that name alone. */
function kinOf(family: string, { targets }: Existing): string | null {
  const kin = targets.find(
    ({ simulated, modelFamily }) => !simulated && knownModel(modelFamily)?.family === family,
  );
  return kin?.modelFamily ?? null;
}

/** `meta-llama/Llama-3.3-70B` is called by its last part. */
function plainId(id: string): string {
  return id.split('/').at(-1) ?? id;
}

/** One link of the chain that is about to be made. */
export interface PlannedLink {
  slug: string;
  model: string;
  family: string;
  /** null: a new target, at the new provider. */
  existing: TargetView | null;
}

/** Every target that may be in the chain: the new ones, and those that are there and real. */
export function candidates(planned: readonly PlannedTarget[], { targets }: Existing): PlannedLink[] {
  return [
    ...planned.map(({ slug, model, family }) => ({ slug, model, family: family ?? model, existing: null })),
    ...targets
      .filter(({ simulated, enabled }) => !simulated && enabled)
      .map((target) => ({
        slug: target.slug,
        model: target.model,
        family: target.modelFamily,
        existing: target,
      })),
  ];
}

/**
 * The chain: the model that was chosen first, the same model elsewhere, then the other chosen models, then backups that were added.
 * An order made by hand stays; what is new goes to its end.
 */
export function plannedChain(
  planned: readonly PlannedTarget[],
  existing: Existing,
  flow: FlowDraft,
): PlannedLink[] {
  const all = candidates(planned, existing);
  const primary = all.find((link) => link.existing === null);
  const wanted = all.filter(
    (link) =>
      !flow.removed.includes(link.slug) &&
      (link.existing === null || flow.added.includes(link.slug) || link.family === primary?.family),
  );
  const rank = (link: PlannedLink) => {
    if (link === primary) return 0;
    if (link.family === primary?.family) return 1;
    return link.existing === null ? 2 : 3;
  };
  const usual = wanted.toSorted((a, b) => rank(a) - rank(b));
  const { chain } = flow;
  if (chain === null) return usual;
  const place = (link: PlannedLink) => (chain.includes(link.slug) ? chain.indexOf(link.slug) : chain.length);
  return usual.toSorted((a, b) => place(a) - place(b));
}

/** How each link stands to the first one. */
export function roleOf(link: PlannedLink, chain: readonly PlannedLink[]): 'primary' | 'alternate' | 'backup' {
  const [primary] = chain;
  if (primary === undefined || link.slug === primary.slug) return 'primary';
  return link.family === primary.family ? 'alternate' : 'backup';
}

/** Existing targets that could be backups and are not in the chain. */
export function offeredBackups(chain: readonly PlannedLink[], existing: Existing): PlannedLink[] {
  return candidates([], existing).filter(({ slug }) => chain.every((link) => link.slug !== slug));
}

/** What POST /onboarding takes. */
export function onboardingBody(draft: OnboardingDraft, existing: Existing): OnboardingInput {
  const { endpoint, ...provider } = providerPart(draft, existing);
  const planned = plannedTargets(draft, existing);
  const chain = plannedChain(planned, existing, draft.flow);
  return {
    provider: { ...provider, endpoints: [endpoint] },
    targets: planned.map((target) => ({
      slug: target.slug,
      endpoint: endpoint.slug,
      model: target.model,
      ...(target.deployment === null ? {} : { deployment: target.deployment }),
      ...(target.family === null ? {} : { modelFamily: target.family }),
      ...(target.contextWindow === null ? {} : { contextWindow: target.contextWindow }),
      ...(target.capabilities === null ? {} : { capabilities: target.capabilities }),
      ...(target.prices === null ? {} : { prices: target.prices }),
    })),
    flow:
      draft.flow.make && chain.length > 0
        ? {
            slug: flowSlug(draft.flow, existing),
            name: draft.flow.name,
            chain: chain.map(({ slug }) => slug),
          }
        : null,
  };
}

export function flowSlug(flow: FlowDraft, { flows }: Pick<Existing, 'flows'>): string {
  const taken = new Set(flows.flatMap(({ slug, aliases }) => [slug, ...aliases]));
  return flow.slug ?? unique(slugOf(flow.name), taken);
}
