import type {
  DegradedReason,
  EngineFlow,
  EngineTarget,
  Failure,
  RequestNeeds,
  Stakes,
  TrailEntry,
} from './types.ts';

/** One call that the loop asks its host to make. */
export interface AttemptContext {
  /** 1-based over all targets of the request. */
  n: number;
  target: EngineTarget;
  /** Monotonic ms by which the first content token must be there. Infinity for answers that are not streamed. */
  firstTokenBy: number;
  /** Monotonic ms of the request's one absolute deadline. */
  deadlineAt: number;
  /** Longest silence between bytes after the first token, ms. */
  idleMs: number;
  /** Aborts when the client goes away or the loop gives this attempt up. */
  signal: AbortSignal;
}

/**
 * What the host reports back. `committed` means: the first content token (or the whole, valid body) is there and nothing
 * has been sent to the client yet. `value` is the host's own handle on the answer.
 */
export type AttemptOutcome<T> =
  | { kind: 'committed'; value: T; firstTokenMs: number }
  | { kind: 'failed'; failure: Failure };

/** The host's transport: never throws, never settles later than `deadlineAt` by more than scheduling delay. */
export type CallTarget<T> = (attempt: AttemptContext) => Promise<AttemptOutcome<T>>;

export interface RunRequest {
  flow: EngineFlow;
  stream: boolean;
  /** From the request's stakes header; null when absent. */
  stakes: Stakes | null;
  needs: RequestNeeds;
  /** Monotonic ms at which the request was admitted. */
  startedAt: number;
  /** The client's own abort. */
  signal: AbortSignal;
}

interface RunCommon {
  trail: TrailEntry[];
  /** Number of attempts made over all targets. */
  attempts: number;
}

export type RunOutcome<T> =
  | (RunCommon & {
      kind: 'served';
      value: T;
      target: EngineTarget;
      /** True when a target of another family than the primary's answered. */
      degraded: boolean;
      /** Why the primary did not answer; null when it did. Also set for an alternate's undegraded answer. */
      reason: DegradedReason | null;
      /**
       * Reports what happened after the commit point, once; later calls are ignored. A failure leaves a separate sample on
       * the target's breaker; `null` is a clean end.
       */
      finish: (failure: Failure | null) => void;
    })
  | (RunCommon & {
      /** The policy prefers no answer to a backup model's, or nothing could be called: the graceful message is due. */
      kind: 'refused';
      reason: DegradedReason;
      retryAfterMs: number;
    })
  | (RunCommon & {
      /** Everything allowed was tried, or the caller's own request is at fault: `failure` is the most useful error. */
      kind: 'failed';
      failure: Failure;
      reason: DegradedReason | null;
      retryAfterMs: number | null;
      /** True when the provider's error is about the caller's request and should be passed on as it is. */
      callersFault: boolean;
      target: EngineTarget | null;
    })
  | (RunCommon & { kind: 'aborted' });
