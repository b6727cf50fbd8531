import type { RunRequest } from '#lib/engine/run-types.ts';
import type {
  BreakerSettings,
  EngineConfig,
  EngineFlow,
  EnginePolicy,
  EngineTarget,
  Failure,
  FailureClass,
} from '#lib/engine/types.ts';

/** The defaults, but for the ramp, which tests that are about it switch on. */
export const SETTINGS: BreakerSettings = {
  consecutiveFailures: 5,
  failureRate: 0.5,
  slowRate: 0.8,
  minimumCalls: 20,
  windowSeconds: 60,
  openSeconds: 10,
  maxOpenSeconds: 30,
  probeSuccesses: 2,
  rampSeconds: 0,
  rampAfterSeconds: 60,
  rampFirstShare: 0.1,
  rampSecondShare: 0.5,
};

export const POLICY: EnginePolicy = {
  mode: 'availability',
  defaultStakes: 'low',
  firstTokenMs: 15_000,
  idleMs: 30_000,
  totalMs: 120_000,
  maxRetriesPerTarget: 0,
  maxAttempts: 5,
  failOverOnContentFilter: false,
  failOverOnContextOverflow: true,
  retryBudgetPerSuccess: 0.1,
  hedge: null,
  patience: null,
  degradedRetryAfterMs: 30_000,
};

/** `vendor.region.model`: `a.east.big` is target `a-east-big` of provider `a`, endpoint `a.east`. */
export function makeTarget(path: string, differs: Partial<EngineTarget> = {}): EngineTarget {
  const [provider = 'a', endpoint = 'east', model = 'big'] = path.split('.');
  return {
    slug: `${provider}-${endpoint}-${model}`,
    provider,
    endpointId: `${provider}.${endpoint}`,
    model,
    modelFamily: model,
    contextWindow: null,
    capabilities: null,
    enabled: true,
    rateLimitScope: 'target',
    credentialId: provider,
    breaker: SETTINGS,
    metricsOnly: false,
    ...differs,
  };
}

export function makeFlow(targets: readonly EngineTarget[], policy: Partial<EnginePolicy> = {}): EngineFlow {
  return {
    slug: 'chat',
    chain: targets.map(({ slug }) => ({ target: slug, enabled: true })),
    policy: { ...POLICY, ...policy },
  };
}

export function makeConfig(targets: readonly EngineTarget[], flow: EngineFlow): EngineConfig {
  return { targets, flows: [flow], breaker: SETTINGS };
}

export function makeRequest(flow: EngineFlow, now: number, differs: Partial<RunRequest> = {}): RunRequest {
  return {
    flow,
    stream: true,
    stakes: null,
    needs: { tools: false, vision: false, jsonSchema: false },
    startedAt: now,
    signal: new AbortController().signal,
    ...differs,
  };
}

export function makeFailure(failureClass: FailureClass, differs: Partial<Failure> = {}): Failure {
  return {
    class: failureClass,
    status: null,
    code: null,
    message: `simulated ${failureClass}`,
    retryAfterMs: null,
    ...differs,
  };
}
