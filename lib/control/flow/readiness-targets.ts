import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { TargetRow } from '#lib/store/targets.ts';
import type { ConfigRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { problemsOf } from '../snapshot/build.ts';
import { type Vendor, vendorOf } from './readiness-vendor.ts';

/** A target that is switched on, as far as it is the same in every chain. */
export interface StandingTarget {
  slug: string;
  modelFamily: string;
  vendor: Vendor;
  /** What is really called: two targets with the same are one. */
  calls: string;
  /** Why it cannot be called as things stand, as the end of a sentence; null: it can. */
  unusable: string | null;
  metricsOnly: boolean;
  /** It thinks before it speaks. */
  reasons: boolean;
  /** Those in force on it, its endpoint and its provider. */
  overrides: Override[];
}

/** What readiness is judged from. `overrides`: those in force. */
export interface ReadinessWorld {
  rows: ConfigRows;
  overrides: readonly Override[];
  views: readonly BreakerView[];
  nowWallMs: number;
}

type Credentials = Pick<ControlContext, 'env' | 'store'>;

/** A target by its slug, null when it is not there or disabled; each is looked at once, however many chains it is in. */
export function standingTargets(
  ctx: Credentials,
  world: ReadinessWorld,
): (slug: string) => StandingTarget | null {
  const rows = new Map(world.rows.targets.map((target) => [target.slug, target]));
  const known = new Map<string, StandingTarget>();
  return (slug) => {
    const row = rows.get(slug);
    if (row === undefined || !row.enabled) return null;
    const found = known.get(slug) ?? standing(ctx, row, world);
    known.set(slug, found);
    return found;
  };
}

function standing(ctx: Credentials, target: TargetRow, world: ReadinessWorld): StandingTarget {
  const overrides = world.overrides.filter((override) => isAbout(override, target));
  return {
    slug: target.slug,
    modelFamily: target.modelFamily ?? target.model,
    vendor: vendorOf(world.rows.providers, target),
    calls: [target.provider, target.endpoint, target.deployment ?? target.model].join(' '),
    unusable: unusable(ctx, target, overrides, world),
    metricsOnly: target.metricsOnly,
    reasons: target.capabilities?.includes('reasoning') === true,
    overrides,
  };
}

function isAbout({ scope, id }: Override, target: TargetRow): boolean {
  switch (scope) {
    case 'target':
      return id === target.slug;
    case 'endpoint':
      return id === endpointId(target.provider, target.endpoint);
    case 'provider':
      return id === target.provider;
    default: {
      const never: never = scope;
      return never;
    }
  }
}

/** What only a person can mend; a breaker that is open for now mends itself. */
function unusable(
  ctx: Credentials,
  target: TargetRow,
  overrides: readonly Override[],
  { rows, views, nowWallMs }: ReadinessWorld,
): string | null {
  const provider = rows.providers.find(({ slug }) => slug === target.provider);
  const endpoints = provider?.endpoints.filter(({ slug }) => slug === target.endpoint) ?? [];
  const problem = provider === undefined ? undefined : problemsOf(ctx, { ...provider, endpoints })[0];
  if (problem !== undefined) return `its provider has a problem (${problem.replace(/\.$/, '')})`;
  const forced = overrides.find(({ kind }) => kind === 'forced_open');
  if (forced !== undefined) {
    return forced.scope === 'target' ? 'it is forced open' : `its ${forced.scope} is forced open`;
  }
  const cooldown = views.find(({ scope, id }) => scope === 'target' && id === target.slug)?.cooldown ?? null;
  if (cooldown === null || cooldown.untilWallMs <= nowWallMs) return null;
  const words = REFUSED[cooldown.class];
  return words === undefined ? null : `its provider ${words}`;
}

/** Cooldowns that waiting does not end. */
const REFUSED: Readonly<Record<string, string>> = {
  auth: 'refuses its credential',
  permission: 'does not allow its account to call it',
  provider_access_denied: 'refuses its credential',
  quota_exhausted: 'says that its quota is used up',
};
