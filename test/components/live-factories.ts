import type { FlowView, TargetView } from '#lib/contract/api.ts';
import type { BreakerTransition, BreakerView, Override } from '#lib/contract/breaker-view.ts';
import type { FlowPulse } from '#lib/contract/live.ts';
import { policySchema } from '#lib/contract/policy.ts';

/** 22 Nov 2026, 12:00:00 UTC. */
export const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

export function breaker(id: string, part: Partial<BreakerView> = {}): BreakerView {
  return {
    scope: 'target',
    id,
    seq: 1,
    state: 'closed',
    effective: part.override?.kind ?? part.state ?? 'closed',
    sinceWallMs: NOON - 600_000,
    outageSinceWallMs: null,
    reason: 'initial',
    why: 'No failure since the start.',
    trips: 0,
    openUntilWallMs: null,
    probe: null,
    window: { seconds: 60, ok: 20, slow: 0, failure: 0, consecutiveFailures: 0, late: 0, buckets: [] },
    errors: [],
    cooldown: null,
    override: null,
    inFlight: 0,
    derived: null,
    ramp: null,
    shadow: null,
    ...part,
  };
}

export function openBreaker(id: string, part: Partial<BreakerView> = {}): BreakerView {
  return breaker(id, {
    state: 'open',
    effective: 'open',
    sinceWallMs: NOON - 8_000,
    outageSinceWallMs: NOON - 540_000,
    reason: 'failure_rate',
    why: '12 of 20 calls failed in 60 s: 12 timeouts.',
    openUntilWallMs: NOON + 12_000,
    ...part,
  });
}

export function override(kind: Override['kind'], part: Partial<Override> = {}): Override {
  return {
    scope: 'target',
    id: 'claude',
    kind,
    reason: 'Provider incident',
    by: 'user:ana@example.com',
    setAtWallMs: NOON - 6 * 3_600_000,
    expiresAtWallMs: NOON + 43 * 60_000,
    ...part,
  };
}

export function byKey(...views: BreakerView[]): ReadonlyMap<string, BreakerView> {
  return new Map(views.map((view) => [`${view.scope}:${view.id}`, view]));
}

export function target(slug: string, part: Partial<TargetView> = {}): TargetView {
  return {
    slug,
    provider: 'openai',
    providerName: 'OpenAI',
    endpoint: 'us-east',
    endpointId: 'openai.us-east',
    region: 'us-east',
    model: 'gpt-4o',
    deployment: null,
    modelFamily: 'gpt-4o',
    contextWindow: null,
    capabilities: null,
    enabled: true,
    simulated: false,
    breaker: {},
    effectiveBreaker: {},
    metricsOnly: false,
    prices: null,
    flows: [],
    version: 1,
    ...part,
  };
}

export function targets(...list: TargetView[]): ReadonlyMap<string, TargetView> {
  return new Map(list.map((item) => [item.slug, item]));
}

type Role = FlowView['chain'][number]['role'];

export function flow(
  slug: string,
  chain: readonly (readonly [string, Role])[],
  policy: Parameters<typeof policySchema.parse>[0] = {},
): FlowView {
  return {
    slug,
    name: slug,
    aliases: [],
    chain: chain.map(([name, role]) => ({ target: name, enabled: role !== 'disabled', adapter: null, role })),
    policy: policySchema.parse(policy),
    callerTimeoutSeconds: null,
    exceptions: {},
    simulated: false,
    version: 1,
    publishedVersion: 1,
    publishedAtWallMs: NOON,
    publishedBy: 'system',
    hasDraft: false,
  };
}

export function pulse(flowSlug: string, part: Partial<FlowPulse> = {}): FlowPulse {
  return {
    flow: flowSlug,
    perSecond: 2,
    served: 120,
    requests: 120,
    errorShare: 0,
    degradedShare: 0,
    p95Ms: 900,
    byTarget: {},
    ...part,
  };
}

export function transition(id: string, part: Partial<BreakerTransition> = {}): BreakerTransition {
  return {
    scope: 'target',
    id,
    atWallMs: NOON,
    from: 'closed',
    to: 'open',
    reason: 'failure_rate',
    why: '12 of 20 calls failed.',
    generation: 1,
    openForMs: 10_000,
    window: { ok: 8, slow: 0, failure: 12, consecutiveFailures: 3 },
    errors: [],
    ...part,
  };
}
