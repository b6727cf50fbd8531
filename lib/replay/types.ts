import type { Prices } from '#lib/contract/config.ts';
import type { RequestOutcome, Usage } from '#lib/contract/records.ts';
import type {
  BreakerSettings,
  BreakerState,
  EngineFlow,
  EngineOverride,
  EngineTarget,
  FailureClass,
  ScopeKind,
  Stakes,
  Verdict,
} from '#lib/engine/types.ts';

/** One attempt of a recorded request, as little of it as a replay needs. Durations in ms. */
export interface RecordedAttempt {
  target: string;
  /** After the request's start. */
  startedMs: number;
  waitedMs: number;
  durationMs: number;
  /** First content of a stream; null: it got none, or the answer was not streamed. */
  firstTokenMs: number | null;
  /** `ok`, `slow`, `aborted` or a failure class. */
  outcome: string;
  verdict: Verdict;
  status: number | null;
  /** How long the vendor asked to be left alone, ms; null: it did not, or that was not kept. */
  retryAfterMs: number | null;
  /** The connection could not even be set up. */
  connect: boolean;
  /** Made although its target's breaker was open, since nobody else was left. */
  lastResort: boolean;
  /** Started beside another one that was late. */
  hedge: boolean;
  /** It found out whether its target works again. */
  probe: boolean;
  /** It went on with an answer that had broken off. */
  resume: boolean;
}

/** One recorded request, of whatever flow, that was not left by its caller. */
export interface RecordedRequest {
  id: string;
  atWallMs: number;
  /** How many requests it stands for: more than one where there are too many to read them all. */
  weight: number;
  flow: string;
  flowVersion: number;
  /** Answered by targets of the primary's model only, whatever the flow's mode. */
  embeddings: boolean;
  stream: boolean;
  stakes: Stakes | null;
  outcome: RequestOutcome;
  durationMs: number;
  firstTokenMs: number | null;
  /** Slug of the target that answered. */
  served: string | null;
  usage: Usage | null;
  attempts: readonly RecordedAttempt[];
  skips: readonly RecordedSkip[];
}

/** A target that a request passed over. */
export interface RecordedSkip {
  target: string;
  reason: string;
  /** What kept calls away, as far as it is told. */
  by: ScopeKind;
  /** How long it would go on, ms, as it was told to a request at its arrival; null: it was not. */
  waitMs: number | null;
}

/** How many requests of a flow ended in one way within one span of time, recorded or not. */
export interface SpanCount {
  startWallMs: number;
  spanSeconds: number;
  flow: string;
  /** The target that served, or ''. */
  target: string;
  outcome: string;
  count: number;
}

/** An attempt as the gateway tells of every single one, recorded or not. */
export interface LoggedAttempt {
  /** When it was made. */
  atWallMs: number;
  flow: string;
  target: string;
  outcome: string;
  durationMs: number;
  /** null: not streamed, or nothing came. */
  firstTokenMs: number | null;
}

/** A breaker changed its state. */
export interface BreakerEdge {
  scope: ScopeKind;
  id: string;
  atWallMs: number;
  to: BreakerState;
  /** How long it is to stay open; null: it did not open. */
  openForMs: number | null;
  /** What the probe that opened it again came to: `slow` or a failure class; null: no probe did. */
  probe: string | null;
}

/** What is known of a target's calls from before the span: one row an outcome. */
export interface TargetPast {
  target: string;
  /** `ok`, `slow`, `aborted` or a failure class. */
  outcome: string;
  count: number;
  /** Typical values, in rising order; empty: not known. */
  durationsMs: readonly number[];
  firstTokensMs: readonly number[];
}

/** A flow as it is replayed. */
export interface ReplayFlow {
  engine: EngineFlow;
  midStream: 'resume' | 'error';
  /** Streamed answers are held until they are complete. */
  buffer: boolean;
}

/** Operators' overrides as they were from an instant on. */
export interface OverridesFrom {
  fromWallMs: number;
  list: readonly EngineOverride[];
}

/** The configuration that everything is replayed under; only the flow in question has two policies. */
export interface ReplayWorld {
  targets: readonly EngineTarget[];
  /** Of endpoints and providers. */
  breaker: BreakerSettings;
  /** Every flow that shares a provider with the one in question, itself included, as published. */
  flows: ReadonlyMap<string, ReplayFlow>;
  prices: ReadonlyMap<string, Prices>;
  /** In the order of time; the first one is in force from the start. */
  overrides: readonly OverridesFrom[];
}

export interface ReplayPlan {
  flow: string;
  /** Requests that began in [fromWallMs, toWallMs) are counted; what came before warms the breakers up. */
  fromWallMs: number;
  toWallMs: number;
  seed: number;
  world: ReplayWorld;
  /** null: only the published policy is replayed. */
  draft: ReplayFlow | null;
  /** Of all flows of the world, in the order of time. */
  requests: readonly RecordedRequest[];
  /** How the requests of these flows ended, complete: what is not among `requests` is filled up from it. In the order of time. */
  counts: readonly SpanCount[];
  /** Every attempt since an instant, as long as the process remembers: it tells exactly what the counts only tell the number of. */
  logged: { sinceWallMs: number; attempts: readonly LoggedAttempt[] };
  /** Requests of the flow that their callers left; they are not among `requests`. */
  left: number;
  /** The number of the published version. */
  version: number;
  past: readonly TargetPast[];
  /** What breakers did in that time; in the order of time. */
  edges: readonly BreakerEdge[];
}

export interface ReplayHost {
  /** Resolves once every microtask has run, and lets others have the thread. */
  turn: () => Promise<void>;
  /** Ends the replay early, with its reason. */
  signal?: AbortSignal | undefined;
}

/** Where the outcome of a replayed call comes from. */
export type Source =
  /** The request really made this call: its own outcome. */
  | 'recorded'
  /** What the target did to other requests at that moment. */
  | 'drawn'
  /** What it did before the span. */
  | 'past'
  /** Nothing is known of it. */
  | 'assumed';

/** A failure, as far as it is known. */
export interface Told {
  class: FailureClass;
  status: number | null;
  /** How long the vendor seems to have asked to be left alone, ms; null: it does not look as if it had. */
  retryAfterMs: number | null;
  /** The connection could not even be set up. */
  connect: boolean;
}

/** What a target does to one call. */
export interface Happening {
  source: Source;
  /** null: a good answer. */
  failure: Told | null;
  /** When the first content is there, ms after the call; null: it fails before, or the answer comes whole. */
  firstTokenMs: number | null;
  /** When it is over, ms after the call; Infinity: nothing ever comes. */
  endMs: number;
}
