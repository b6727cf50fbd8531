import type { Clock } from './clock.ts';
import type { AttemptContext, AttemptOutcome, CallTarget } from './run-types.ts';
import type { Failure } from './types.ts';

export type RaceResult<T> =
  | AttemptOutcome<T>
  /** The client went away. */
  | { kind: 'aborted' }
  /** The host's call threw: a bug of ours, which says nothing about the provider. */
  | { kind: 'crashed'; failure: Failure };

export interface Race<T> {
  result: RaceResult<T>;
  /** Cuts the attempt off from the client's signal; after a commit, once the answer has ended. */
  release: () => void;
}

const DONE = 'This attempt has been settled.';
const GIVEN_UP = 'The gateway gave this attempt up.';

/**
 * Makes one call and sees it settled whatever the host does: by its own result, by the client's abort, or, `graceMs` after
 * its limit, by the engine's own timer. Leaves no listener and no timer behind; after anything but a commit, the attempt's
 * signal is aborted, so that a host which is still at it lets go.
 */
export async function race<T>(
  clock: Clock,
  call: CallTarget<T>,
  context: Omit<AttemptContext, 'signal'>,
  client: AbortSignal,
  graceMs: number,
): Promise<Race<T>> {
  const attempt = new AbortController();
  const timer = new AbortController();
  const forward = () => attempt.abort(client.reason);
  client.addEventListener('abort', forward);
  const release = () => client.removeEventListener('abort', forward);
  const limit = Math.min(context.firstTokenBy, context.deadlineAt);
  const result = await new Promise<RaceResult<T>>((resolve) => {
    const onAbort = () => resolve({ kind: 'aborted' });
    attempt.signal.addEventListener('abort', onAbort, { once: true });
    const left = Math.max(0, limit - clock.now()) + graceMs;
    clock.sleep(left, timer.signal).then(
      () => resolve({ kind: 'failed', failure: overdue(context) }),
      () => undefined,
    );
    started(call, { ...context, signal: attempt.signal }).then(resolve, () => {
      resolve({ kind: 'crashed', failure: bug() });
    });
  });
  timer.abort(DONE);
  if (result.kind !== 'committed') {
    release();
    attempt.abort(GIVEN_UP);
  }
  return { result, release };
}

/** A call that throws at once becomes one that rejects. */
async function started<T>(call: CallTarget<T>, context: AttemptContext): Promise<AttemptOutcome<T>> {
  return call(context);
}

function overdue(context: Omit<AttemptContext, 'signal'>): Failure {
  const timeout = context.firstTokenBy < context.deadlineAt ? 'first_token' : 'deadline';
  const message = 'No answer in time.';
  return { class: 'timeout', status: null, code: null, message, retryAfterMs: null, timeout };
}

function bug(): Failure {
  const message = 'The gateway failed while calling this target.';
  return { class: 'server_error', status: null, code: 'gateway_bug', message, retryAfterMs: null };
}
