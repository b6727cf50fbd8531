import { TALLY_KINDS } from './tally.ts';

/**
 * Failures in a row, by kind. Time alone does not end a row: a target that is called every few minutes and fails every time
 * is as dead as one that is called every second.
 */
export class Streak {
  count = 0;
  readonly kinds = new Int32Array(TALLY_KINDS);

  add(kind: number): void {
    this.count += 1;
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1;
  }

  end(): void {
    if (this.count === 0) return;
    this.count = 0;
    this.kinds.fill(0);
  }
}
