import type { Random } from './clock.ts';
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
  /**
   * Monotonic ms by which the first content token must be there. Infinity for answers that are not streamed. Less than the flow
   * allows where a call out of its patience leaves time to a backup model.
   */
  firstTokenBy: number;
  /**
   * Monotonic ms of the request's one absolute deadline; less of it for a call out of the flow's patience whose answer comes
   * whole, so that a backup model has its time.
   */
  deadlineAt: number;
  /** Longest silence between bytes after the first token, ms. */
  idleMs: number;
  /** Aborts when the client goes away or the loop gives this attempt up. */
  signal: AbortSignal;
  /** Not null: this attempt continues an answer that broke off after its commit point. */
  resume: 'prefill' | 'restart' | null;
  /**
   * Tells that the first content token came, for a host that holds the answer longer (a buffered flow): the attempt is judged
   * now, and only the deadline and the idle limit count from here on. Optional; a commit implies it. Idempotent.
   */
  onFirstToken: (firstTokenMs: number) => void;
}

/**
 * What the host reports back. `committed` means: the first content token (or the whole, valid body) is there and nothing
 * has been sent to the client yet. `value` is the host's own handle on the answer.
 */
export type AttemptOutcome<T> =
  | { kind: 'committed'; value: T; firstTokenMs: number; notes?: readonly string[] }
  | { kind: 'failed'; failure: Failure; notes?: readonly string[] };

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
  /** The host's own reasons why a target cannot take this request; null: it can. Pure. */
  unfit?: (target: EngineTarget) => Unfit | null;
  /**
   * Why two calls of it must not be out at once (it does something at its provider, or costs too much), as the second half of a
   * sentence; null or absent: they may. It is still retried and failed over, one call after the other.
   */
  once?: string | null;
  /** What this request's waits and its place in a ramp are drawn with; the engine's own by default. */
  random?: Random;
}

/** Why one target cannot take one request, with a sentence for people. */
export interface Unfit {
  reason: 'incapable' | 'context_window' | 'state';
  text: string;
}

/** How an answer that broke off may go on at a target; null: not there. `alternate`: it has the model that the answer began with. */
export type ResumeAt = (target: EngineTarget, alternate: boolean) => 'prefill' | 'restart' | null;

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
      /**
       * Instead of `finish`, after a cut or a stall: books the failure and makes one try on the next target that the mode,
       * the budget, the deadline and the attempt bound allow and that `at` accepts. `served` again: its `finish` is then owed,
       * and `degraded`, `reason`, `attempts` are the whole request's; `failed`: nothing could continue, and `failure` is still
       * the original one, never that of the continuation.
       */
      resume: (failure: Failure, at: ResumeAt) => Promise<RunOutcome<T>>;
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
