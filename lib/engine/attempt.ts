import type { Clock } from './clock.ts';
import type { AttemptContext, AttemptOutcome, CallTarget } from './run-types.ts';
import type { Failure } from './types.ts';

export type FlightResult<T> =
  | AttemptOutcome<T>
  /** The client went away. */
  | { kind: 'aborted' }
  /** The engine does not want it any more: another attempt was faster, or decided the request. */
  | { kind: 'cut' }
  /** The host's call threw: a bug of ours, which says nothing about the provider. */
  | { kind: 'crashed'; failure: Failure };

export type FlightPlan = Omit<AttemptContext, 'signal' | 'onFirstToken'>;

const DONE = 'This attempt has been settled.';
const GIVEN_UP = 'The gateway gave this attempt up.';

/**
 * One call on its way. It ends exactly once, whatever the host does: by its own result, by the client's abort, by `cut`, or,
 * `graceMs` after its limit, by the engine's own timer. Leaves no listener and no timer behind; after anything but a commit,
 * the attempt's signal is aborted, so that a host which is still at it lets go.
 */
export class Flight<T> {
  readonly done: Promise<FlightResult<T>>;
  /** How it ended; null while it is out. */
  result: FlightResult<T> | null = null;
  /** As the host told it, ms; null before. */
  firstTokenMs: number | null = null;
  readonly #plan: FlightPlan;
  readonly #client: AbortSignal;
  readonly #attempt = new AbortController();
  readonly #timer = new AbortController();
  #listening = true;
  #resolve: (result: FlightResult<T>) => void = () => undefined;

  constructor(
    clock: Clock,
    call: CallTarget<T>,
    plan: FlightPlan,
    client: AbortSignal,
    graceMs: number,
    onFirstToken: (firstTokenMs: number) => void,
  ) {
    this.#plan = plan;
    this.#client = client;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    client.addEventListener('abort', this.#onClientAbort);
    this.#watch(clock, graceMs);
    const context: AttemptContext = {
      ...plan,
      signal: this.#attempt.signal,
      onFirstToken: (firstTokenMs) => {
        if (this.result !== null || this.firstTokenMs !== null) return;
        this.firstTokenMs = firstTokenMs;
        onFirstToken(firstTokenMs);
      },
    };
    this.#start(call, context);
  }

  /** Gives the call up, whether it is out or has committed. */
  cut(): void {
    this.#end({ kind: 'cut' });
    this.release();
    this.#attempt.abort(GIVEN_UP);
  }

  /** Cuts the call off from the client's signal: once a committed answer has ended. */
  release(): void {
    if (!this.#listening) return;
    this.#listening = false;
    this.#client.removeEventListener('abort', this.#onClientAbort);
  }

  /** The limit as it stands: from the first token on, only the deadline counts. */
  #limit(): number {
    const { firstTokenBy, deadlineAt } = this.#plan;
    return this.firstTokenMs === null ? Math.min(firstTokenBy, deadlineAt) : deadlineAt;
  }

  #start(call: CallTarget<T>, context: AttemptContext): void {
    const crashed = () => this.#end({ kind: 'crashed', failure: bug() });
    try {
      call(context).then((outcome) => this.#end(outcome), crashed);
    } catch {
      crashed();
    }
  }

  #watch(clock: Clock, graceMs: number): void {
    const limit = this.#limit();
    const due = () => {
      if (this.#limit() === limit) this.#end({ kind: 'failed', failure: this.#overdue() });
      else this.#watch(clock, graceMs);
    };
    clock.sleep(Math.max(0, limit - clock.now()) + graceMs, this.#timer.signal).then(due, ignored);
  }

  readonly #onClientAbort = (): void => {
    // A committed answer hears of it too, until it is released.
    this.#attempt.abort(this.#client.reason);
    this.#end({ kind: 'aborted' });
  };

  #end(result: FlightResult<T>): void {
    if (this.result !== null) return;
    this.result = result;
    this.#timer.abort(DONE);
    if (result.kind !== 'committed') {
      this.release();
      this.#attempt.abort(GIVEN_UP);
    }
    this.#resolve(result);
  }

  #overdue(): Failure {
    const first = this.firstTokenMs === null && this.#plan.firstTokenBy < this.#plan.deadlineAt;
    const timeout = first ? 'first_token' : 'deadline';
    const message = 'No answer in time.';
    return { class: 'timeout', status: null, code: null, message, retryAfterMs: null, timeout };
  }
}

function ignored(): void {}

function bug(): Failure {
  const message = 'The gateway failed while calling this target.';
  return { class: 'server_error', status: null, code: 'gateway_bug', message, retryAfterMs: null };
}
