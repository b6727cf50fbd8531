import type { ResumeAt } from '#lib/engine/run-types.ts';
import type { Arrival } from './arrivals.ts';
import { failureOf } from './outcomes.ts';
import { drawFor } from './random.ts';
import type { RecordedRequest } from './types.ts';

/** Whether broken answers could be gone on with elsewhere: known of those that really broke, a matter of luck for others. */
export class Splices {
  readonly #seed: number;
  readonly #share: number;
  /** Recorded answers that broke off. */
  readonly breaks: number;

  constructor(seed: number, requests: readonly RecordedRequest[]) {
    this.#seed = seed;
    const broken = requests.filter(brokeOff);
    const goneOn = broken.filter(
      ({ attempts, outcome }) => outcome !== 'broken_stream' && attempts.some(wentOn),
    );
    this.breaks = broken.length;
    this.#share = broken.length === 0 ? 0 : goneOn.length / broken.length;
  }

  /** Where an answer of this request may go on, once it has broken off. */
  resumeAt({ key, request, filled }: Arrival): ResumeAt {
    const really = !filled && brokeOff(request);
    const can = really ? request.attempts.some(wentOn) : drawFor(this.#seed, key, 7) < this.#share;
    return () => (can ? 'restart' : null);
  }
}

function brokeOff({ stream, attempts }: RecordedRequest): boolean {
  return (
    stream &&
    attempts.some(({ outcome, firstTokenMs }) => failureOf(outcome) !== null && firstTokenMs !== null)
  );
}

function wentOn({ resume }: { resume: boolean }): boolean {
  return resume;
}
