import { ControlError } from './errors.ts';

/** Work of one kind that takes a while: one at a time for each `owner`, a few more wait, others are told so. */
export class OneAtATime {
  readonly #most: number;
  readonly #refusal: string;
  readonly #lines = new WeakMap<object, { waiting: number; last: Promise<unknown> }>();

  /** @param most how many may be there at once, the one at work included; @param refusal what the next one is told */
  constructor(most: number, refusal: string) {
    this.#most = most;
    this.#refusal = refusal;
  }

  /** @throws ControlError `rate_limited` when too many wait; whatever `work` throws */
  async run<T>(owner: object, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(owner) ?? { waiting: 0, last: Promise.resolve() };
    this.#lines.set(owner, line);
    if (line.waiting >= this.#most) throw new ControlError('rate_limited', this.#refusal);
    line.waiting += 1;
    const mine = line.last.then(work, work);
    line.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      line.waiting -= 1;
    }
  }
}
