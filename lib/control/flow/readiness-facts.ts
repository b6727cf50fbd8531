import type { BreakerView, Override } from '#lib/contract/breaker-view.ts';
import type { Policy } from '#lib/contract/policy.ts';
import type { Exceptions } from '#lib/contract/readiness.ts';
import { endpointId } from '#lib/contract/slug.ts';
import { DEFAULT_TUNING } from '#lib/engine/tuning.ts';
import type { FlowRow } from '#lib/store/flows.ts';
import type { TargetRow } from '#lib/store/targets.ts';
import type { ConfigRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { problemsOf } from '../snapshot/build.ts';
import { type Vendor, vendorOf } from './readiness-vendor.ts';

/** A target of a chain that is switched on. */
export interface ReadinessLink {
  slug: string;
  modelFamily: string;
  vendor: Vendor;
  /** What is really called: two links with the same are one. */
  calls: string;
  /** Why it cannot be called as things stand, as the end of a sentence; null: it can. */
  unusable: string | null;
  metricsOnly: boolean;
  /** Those in force on it, its endpoint and its provider. */
  overrides: Override[];
  /** How long a stream may be silent there before the next target is called. */
  firstTokenSeconds: number;
}

/** All that the rules look at. */
export interface ReadinessFacts {
  slug: string;
  name: string;
  policy: Policy;
  /** null: nobody has said. */
  callerTimeoutSeconds: number | null;
  exceptions: Exceptions;
  /** In order; the first is the primary. */
  links: ReadinessLink[];
  /** Slugs of the chain that are switched off, here or altogether. */
  off: string[];
}

/** What the facts are taken from. `overrides`: those in force. */
export interface ReadinessWorld {
  rows: ConfigRows;
  overrides: readonly Override[];
  views: readonly BreakerView[];
  nowWallMs: number;
}

export function readinessFacts(
  ctx: Pick<ControlContext, 'env' | 'store'>,
  flow: FlowRow,
  world: ReadinessWorld,
): ReadinessFacts {
  const { policy, chain } = flow.published;
  const targets = new Map(world.rows.targets.map((target) => [target.slug, target]));
  const links: ReadinessLink[] = [];
  const off: string[] = [];
  for (const entry of chain) {
    const target = targets.get(entry.target);
    if (target === undefined || !entry.enabled || !target.enabled) off.push(entry.target);
    else links.push(linkOf(ctx, target, policy, world));
  }
  const { slug, name, callerTimeoutSeconds, exceptions } = flow;
  return { slug, name, policy, callerTimeoutSeconds, exceptions, links, off };
}

function linkOf(
  ctx: Pick<ControlContext, 'env' | 'store'>,
  target: TargetRow,
  policy: Policy,
  world: ReadinessWorld,
): ReadinessLink {
  const { firstTokenSeconds } = policy.timeouts;
  const reasons = target.capabilities?.includes('reasoning') === true;
  const overrides = world.overrides.filter((override) => isAbout(override, target));
  return {
    slug: target.slug,
    modelFamily: target.modelFamily ?? target.model,
    vendor: vendorOf(world.rows.providers, target),
    calls: [target.provider, target.endpoint, target.deployment ?? target.model].join(' '),
    unusable: unusable(ctx, target, overrides, world),
    metricsOnly: target.metricsOnly,
    overrides,
    firstTokenSeconds: reasons
      ? Math.max(firstTokenSeconds, DEFAULT_TUNING.reasoningFirstTokenMs / 1000)
      : firstTokenSeconds,
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
  ctx: Pick<ControlContext, 'env' | 'store'>,
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
