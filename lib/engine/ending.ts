import { effectOf } from './effects.ts';
import type { RunOutcome } from './run-types.ts';
import type { Skip } from './select-plan.ts';
import type { DegradedReason, EngineTarget, Failure, FailureClass, SkipReason, TrailEntry } from './types.ts';

/** An attempt's failure, kept to decide how the request ends. */
export interface Failed {
  failure: Failure;
  target: EngineTarget;
  /** The request itself is at fault, whoever is called. */
  callersFault: boolean;
}

/** Everything that happened to a request that nobody answered. */
export interface Story {
  trail: TrailEntry[];
  attempts: number;
  failures: readonly Failed[];
  skips: readonly Skip[];
  primary: EngineTarget | null;
  /** A backup model may answer this request. */
  backups: boolean;
  /** The first decisive thing that happened to the primary. */
  reason: DegradedReason | null;
  /** Instants, monotonic ms, at which a target of this request may be called again. */
  comebacks: readonly number[];
  now: number;
  degradedRetryAfterMs: number;
}

const MINIMUM_RETRY_AFTER_MS = 1_000;
const ROUNDING_MS = 0.001;

/**
 * How a request that nobody answered ends: with the caller's own error when one provider named it, with a plain failure when
 * only the operator can help, else with a graceful refusal that says when to come back.
 */
export function ending<T>(story: Story): RunOutcome<T> {
  const { trail, attempts, failures, skips, reason } = story;
  const common = { trail, attempts };
  const callers = failures.find((failed) => failed.callersFault && !fitsThePrimary(failed, story.primary));
  if (callers !== undefined) return { ...common, kind: 'failed', ...callersFault(callers), reason };
  const useless = misconfigured(failures, skips);
  if (useless !== null && !wouldRatherRefuse(story)) {
    return { ...common, kind: 'failed', ...useless, reason, retryAfterMs: null, callersFault: false };
  }
  const incapable = nobodyCan(failures, skips);
  if (incapable !== null) {
    return { ...common, kind: 'failed', ...callersFault({ failure: incapable, target: null }), reason };
  }
  const only = pinnedTo(failures, skips);
  if (only !== null) {
    const { failure, target } = only;
    const comeback = { retryAfterMs: retryAfterMs(story), callersFault: false };
    return { ...common, kind: 'failed', failure, target, reason, ...comeback };
  }
  const known = reason ?? firstReason(failures) ?? 'disabled';
  return { ...common, kind: 'refused', reason: known, retryAfterMs: retryAfterMs(story) };
}

/** What people are told when a target is passed over for this reason. */
export function reasonOfSkip(reason: SkipReason, cause: FailureClass | null): DegradedReason | null {
  switch (reason) {
    case 'disabled':
      return 'disabled';
    case 'forced_open':
      return 'override';
    case 'breaker_open':
    case 'probing':
      return 'breaker_open';
    case 'cooldown':
      return cause === null ? 'rate_limited' : effectOf(cause).reason;
    case 'auth':
      return 'auth';
    case 'quota':
      return 'quota';
    case 'incapable':
      return 'incapable';
    case 'context_window':
      return 'context_length_exceeded';
    case 'state':
      return 'incapable';
    case 'ramp':
      return 'breaker_open';
    case 'deadline':
      return 'timeout';
    case 'mode':
    case 'attempts':
    case 'budget':
      return null;
    default: {
      const never: never = reason;
      return never;
    }
  }
}

/** Too long for a smaller backup says nothing about the primary, which may take it as soon as it is back. */
function fitsThePrimary({ failure, target }: Failed, primary: EngineTarget | null): boolean {
  if (failure.class !== 'context_length_exceeded' || primary === null) return false;
  if (target.contextWindow === null || primary.contextWindow === null) return false;
  return target.contextWindow < primary.contextWindow;
}

function callersFault(of: { failure: Failure; target: EngineTarget | null }) {
  return { failure: of.failure, target: of.target, retryAfterMs: null, callersFault: true };
}

/** The error to show when everything that happened needs the operator; null when something else happened too. */
function misconfigured(
  failures: readonly Failed[],
  skips: readonly Skip[],
): { failure: Failure; target: EngineTarget | null } | null {
  if (failures.some(({ failure }) => !effectOf(failure.class).misconfiguration)) return null;
  const relevant = skips.filter(({ reason }) => reason !== 'disabled' && reason !== 'mode');
  if (relevant.some(({ reason }) => reason !== 'auth')) return null;
  const last = failures.at(-1);
  if (last !== undefined) return last;
  const pinned = relevant[0];
  return pinned === undefined ? null : { failure: own('auth', null, pinned.text), target: null };
}

/**
 * The vendor took the model away, and the flow keeps to that model although its chain goes on: what it asked to be told in place of
 * another model's answer is the graceful refusal. A flow with a single target was more likely set up wrongly, and hears so.
 */
function wouldRatherRefuse({ failures, skips, backups }: Story): boolean {
  const gone = failures.every(
    ({ failure }) => failure.class === 'model_not_found' && failure.status !== null,
  );
  const withheld = skips.filter(({ reason }) => reason === 'mode').length;
  return !backups && gone && failures.length > 0 && failures.length + withheld > 1;
}

/** The request asks for what no target of the flow can do, and nothing else stood in the way. */
function nobodyCan(failures: readonly Failed[], skips: readonly Skip[]): Failure | null {
  const relevant = skips.filter(({ reason }) => reason !== 'disabled' && reason !== 'mode');
  if (relevant.some(({ reason }) => classOfUnfit(reason) === null)) return null;
  if (failures.some(({ failure }) => failure.class !== 'unsupported_feature')) return null;
  const [skipped] = relevant;
  const unfit = skipped === undefined ? null : classOfUnfit(skipped.reason);
  const own400 = skipped === undefined || unfit === null ? null : own(unfit, 400, skipped.text);
  return failures[0]?.failure ?? own400;
}

/** What the request is told when a target cannot take it; null: the reason is not about the request. */
function classOfUnfit(reason: SkipReason): FailureClass | null {
  switch (reason) {
    case 'incapable':
      return 'unsupported_feature';
    case 'context_window':
      return 'context_length_exceeded';
    case 'state':
      return 'state_not_portable';
    default:
      return null;
  }
}

/** The failure of the one target that could read what the request carries, when that alone kept it from the others. */
function pinnedTo(failures: readonly Failed[], skips: readonly Skip[]): Failed | null {
  const relevant = skips.filter(({ reason }) => reason !== 'disabled' && reason !== 'mode');
  if (!relevant.some(({ reason }) => reason === 'state')) return null;
  if (relevant.some(({ reason }) => classOfUnfit(reason) === null)) return null;
  return failures.at(-1) ?? null;
}

function own(failureClass: Failure['class'], status: number | null, message: string): Failure {
  return { class: failureClass, status, code: null, message, retryAfterMs: null };
}

function firstReason(failures: readonly Failed[]): DegradedReason | null {
  const [first] = failures;
  return first === undefined ? null : effectOf(first.failure.class).reason;
}

function retryAfterMs(story: Story): number {
  const soonest = Math.min(...story.comebacks);
  const waitMs = Number.isFinite(soonest) ? soonest - story.now : story.degradedRetryAfterMs;
  // What is left of a difference of clock readings after a whole number of ms is no millisecond more to wait.
  return Math.max(MINIMUM_RETRY_AFTER_MS, Math.ceil(waitMs - ROUNDING_MS));
}
