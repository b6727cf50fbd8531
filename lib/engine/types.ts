/**
 * The engine's vocabulary. Everything here is plain data: no I/O, no npm package, no clock of its own.
 * Times are monotonic milliseconds of the injected clock unless a name says `wall`.
 */

/** What a settled attempt says about its target. `none` frees the slot and touches nothing else. */
export type Verdict = 'ok' | 'slow' | 'failure' | 'none';

/** Why an attempt failed (design: wire-formats 1.1). */
export type FailureClass =
  | 'auth'
  | 'permission'
  | 'quota_exhausted'
  | 'rate_limited'
  | 'rate_limited_too_big'
  | 'overloaded'
  | 'server_error'
  | 'timeout'
  | 'connection'
  | 'model_not_found'
  | 'context_length_exceeded'
  | 'content_filtered'
  | 'unsupported_feature'
  | 'invalid_request'
  | 'payload_too_large'
  | 'model_output_invalid'
  | 'protocol_violation'
  | 'provider_access_denied'
  | 'state_not_portable'
  | 'client_abort';

/** The three kinds of scope that own a breaker. */
export type ScopeKind = 'target' | 'endpoint' | 'provider';

/** The automatic machine's state. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** What callers meet: the override when one is in force, else the machine's own state at this instant. */
export type EffectiveState = BreakerState | 'derived_open' | 'forced_open' | 'forced_closed';

export type OverrideKind = 'forced_open' | 'forced_closed';

/** Breaker settings; seconds and shares, exactly as an operator writes them. */
export interface BreakerSettings {
  /** Trip after this many failures in a row. */
  consecutiveFailures: number;
  /** Trip at this share of failures (0..1] once `minimumCalls` are in the window. */
  failureRate: number;
  /** Trip at this share of slow answers (0..1] once `minimumCalls` are in the window. */
  slowRate: number;
  minimumCalls: number;
  windowSeconds: number;
  /** First open period; doubles per trip up to `maxOpenSeconds`, less up to 30 % jitter. */
  openSeconds: number;
  maxOpenSeconds: number;
  /** Successful probes that close a half-open breaker. */
  probeSuccesses: number;
  /** How long a target takes its traffic back in steps after a long outage, seconds; 0: at once. */
  rampSeconds: number;
  /** An outage is long, and is followed by a ramp, from this many seconds on. */
  rampAfterSeconds: number;
  /** Share of the traffic (0..1] during the first half of the ramp. */
  rampFirstShare: number;
  /** Share of the traffic (0..1] during its second half. */
  rampSecondShare: number;
}

/** One machine-readable reason for the state a breaker is in. */
export type TransitionReason =
  | 'initial'
  | 'consecutive_failures'
  | 'failure_rate'
  | 'slow_rate'
  | 'open_elapsed'
  | 'probe_failed'
  | 'probe_expired'
  | 'probes_succeeded'
  | 'operator_reset'
  | 'operator_probe'
  /** Derived: enough of a parent's children are open. */
  | 'children_open'
  /** Derived, and over: a call through one of the children succeeded. */
  | 'child_succeeded'
  /** Derived, and over: too few of its children are open by now. */
  | 'children_recovered';

/** A failed attempt, in the engine's terms. */
export interface Failure {
  class: FailureClass;
  /** HTTP status of the provider's answer; null when there was none. */
  status: number | null;
  /** The provider's machine code, when it sent one. */
  code: string | null;
  /** The provider's message, at most 300 characters, secrets redacted. */
  message: string;
  /** The request's field that the provider objects to, when it named one. */
  param?: string;
  /** The provider's own hint, in ms, unclamped; null without one. */
  retryAfterMs: number | null;
  /** The provider says that the same call is not to be made again (`x-should-retry: false`). Going elsewhere is another matter. */
  noRetry?: true;
  /**
   * For `timeout`: what ran out. `deadline` is the request's own deadline (nobody's fault),
   * the others are the target's.
   */
  timeout?: 'connect' | 'first_token' | 'idle' | 'deadline';
  /** For `connection`: true when DNS, TCP or TLS failed, so the endpoint is charged as well. */
  connect?: boolean;
}

/** What the request asks of a target. `undefined` capabilities on a target mean "can do everything". */
export interface RequestNeeds {
  tools: boolean;
  vision: boolean;
  jsonSchema: boolean;
}

export type Capability = 'tools' | 'vision' | 'json-schema' | 'prefill' | 'reasoning';

/** A callable target as the engine sees it. */
export interface EngineTarget {
  slug: string;
  provider: string;
  /** `provider.endpoint` */
  endpointId: string;
  model: string;
  modelFamily: string;
  contextWindow: number | null;
  capabilities: readonly Capability[] | null;
  /** Disabled targets are never called. */
  enabled: boolean;
  /** Whose limits a 429 is about: the account's (credential + model) or this deployment's alone. */
  rateLimitScope: 'account' | 'target';
  /** Identity of the credential used here; quota and auth pins live on it. */
  credentialId: string;
  /** Per-target breaker settings, already merged with the global ones. */
  breaker: BreakerSettings;
  /** Its own breaker decides and is shown, but turns nothing away. */
  metricsOnly: boolean;
}

export type FlowMode = 'availability' | 'quality' | 'mixed';
export type Stakes = 'high' | 'low';

/** The part of a flow's policy that the engine needs; durations in ms. */
export interface EnginePolicy {
  mode: FlowMode;
  defaultStakes: Stakes;
  firstTokenMs: number;
  idleMs: number;
  totalMs: number;
  /** Same-target retries at most, 0..2. */
  maxRetriesPerTarget: number;
  /** Attempts over all targets at most. */
  maxAttempts: number;
  /** Fail over on `content_filtered` (default false). */
  failOverOnContentFilter: boolean;
  /** Try a target with a larger window on `context_length_exceeded` (default true). */
  failOverOnContextOverflow: boolean;
  /** Retries that each success earns, 0.1 by default; 0: once the first ten are gone, one in ten seconds. */
  retryBudgetPerSuccess: number;
  /** null: never hedge. */
  hedge: { minDelayMs: number; share: number } | null;
  /** What the primary's family is given before a backup model is called: a total of waiting, and calls. null: nothing. */
  patience: { ms: number; retries: number } | null;
  /** Retry-After of a graceful refusal when nothing better is known, ms. */
  degradedRetryAfterMs: number;
}

export interface EngineFlow {
  slug: string;
  /** In order of preference; the first enabled one is the primary. */
  chain: readonly { target: string; enabled: boolean }[];
  policy: EnginePolicy;
}

/** Everything the engine is configured with; replaced whole, state of unchanged scopes is kept. */
export interface EngineConfig {
  targets: readonly EngineTarget[];
  flows: readonly EngineFlow[];
  /** Settings of the endpoint and provider breakers. */
  breaker: BreakerSettings;
}

/** An operator's mask over a breaker. Wall-clock times, since it crosses processes and restarts. */
export interface EngineOverride {
  scope: ScopeKind;
  id: string;
  kind: OverrideKind;
  reason: string;
  by: string;
  setAtWallMs: number;
  /** null: until cleared. */
  expiresAtWallMs: number | null;
}

/** "Do not call before T". Wall-clock, since it survives restarts. */
export interface EngineCooldown {
  /** `target:<slug>`, `account:<credentialId>:<model>` or `credential:<credentialId>`. */
  key: string;
  untilWallMs: number;
  class: FailureClass;
  message: string;
  setAtWallMs: number;
  /** How many times in a row it was set without a hint (2 s doubling to 60 s). */
  level: number;
}

/** Why a target was not called for this request. */
export type SkipReason =
  | 'disabled'
  | 'forced_open'
  | 'breaker_open'
  | 'probing'
  | 'cooldown'
  | 'auth'
  | 'quota'
  | 'incapable'
  | 'context_window'
  | 'mode'
  | 'deadline'
  /** The request has made all the attempts that its flow allows. */
  | 'attempts'
  /** A recovering target takes only a share of the traffic, and this request is not in it. */
  | 'ramp'
  /** The retry and failover budget is used up. */
  | 'budget'
  /** The request carries state that only another vendor or account can read. */
  | 'state';

/** The reason that headers and the trail give for a degraded answer. */
export type DegradedReason =
  | 'breaker_open'
  | 'rate_limited'
  | 'overloaded'
  | 'timeout'
  | 'server_error'
  | 'connection'
  | 'quota'
  | 'auth'
  | 'override'
  | 'disabled'
  | 'model_not_found'
  | 'incapable'
  | 'protocol_violation'
  | 'content_filtered'
  | 'context_length_exceeded';

/** One line of a request's trail: an attempt that was made, a target that was skipped, or a retry denied. */
export type TrailEntry =
  | {
      kind: 'attempt';
      n: number;
      target: string;
      /** ms after the request's start. */
      startedMs: number;
      durationMs: number;
      firstTokenMs: number | null;
      verdict: Verdict;
      failure: Failure | null;
      probe: boolean;
      lastResort: boolean;
      /** Ms waited before this attempt (backoff), 0 without. */
      waitedMs: number;
      /** Started beside another attempt because that one was late. */
      hedge: boolean;
      /** Continues an answer that broke off after its commit point: by prefill, or asked for again from the start. */
      resume: 'prefill' | 'restart' | null;
      /** What the request or the answer lost or changed on the way to this target, in sentences. */
      notes: string[];
    }
  | {
      kind: 'skip';
      target: string;
      reason: SkipReason;
      scope: ScopeKind | null;
      scopeId: string | null;
      text: string;
    }
  | {
      /** Something that could have been tried and was not: the ledger of denied attempts. */
      kind: 'denied';
      target: string;
      what: DeniedWhat;
      reason: DeniedReason;
      text: string;
    };

export type DeniedWhat = 'retry' | 'failover' | 'hedge' | 'resume';
export type DeniedReason =
  /** The token bucket is empty. */
  | 'budget'
  /** What is left of the deadline is too short for it. */
  | 'deadline'
  | 'attempts'
  /** Failures of this class are not tried again there. */
  | 'class'
  /** The flow's policy does not want it. */
  | 'policy'
  /** The provider asks for a longer wait than is worth it. */
  | 'wait'
  /** No other target may be called. */
  | 'nowhere'
  /** The answer cannot be continued with certainty. */
  | 'uncertain'
  /** Too many calls are slow now: hedging would only add load. */
  | 'storm'
  /** The request costs too much, or does something at its provider, to be made twice at the same time. */
  | 'once';
