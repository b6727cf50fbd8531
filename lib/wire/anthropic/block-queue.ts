import type { BlockStart } from '../canonical.ts';

/** What is to be written next. */
export type BlockStep =
  | { type: 'start'; block: BlockStart }
  | { type: 'delta'; block: BlockStart; text: string }
  | { type: 'stop'; block: BlockStart };

interface Waiting {
  index: number;
  block: BlockStart;
  pieces: string[];
  stopped: boolean;
}

/** Puts blocks that other vendors may interleave one behind the other: what belongs to a later one waits for the earlier's end. */
export class BlockQueue {
  #current: { index: number; block: BlockStart } | null = null;
  #waiting: Waiting[] = [];

  start(index: number, block: BlockStart): BlockStep[] {
    if (this.#current !== null) {
      this.#waiting.push({ index, block, pieces: [], stopped: false });
      return [];
    }
    this.#current = { index, block };
    return [{ type: 'start', block }];
  }

  /** The block's beginning was written already, by whoever wrote the beginning of the answer. */
  adopt(index: number, block: BlockStart): void {
    this.#current = { index, block };
  }

  delta(index: number, text: string): BlockStep[] {
    if (this.#current?.index === index) return [{ type: 'delta', block: this.#current.block, text }];
    this.#find(index)?.pieces.push(text);
    return [];
  }

  stop(index: number): BlockStep[] {
    if (this.#current?.index === index) return this.#advance();
    const waiting = this.#find(index);
    if (waiting !== undefined) waiting.stopped = true;
    return [];
  }

  /** Ends all that is open, in order. */
  closeAll(): BlockStep[] {
    for (const waiting of this.#waiting) waiting.stopped = true;
    return this.#advance();
  }

  #find(index: number): Waiting | undefined {
    return this.#waiting.find((waiting) => waiting.index === index && !waiting.stopped);
  }

  #advance(): BlockStep[] {
    if (this.#current === null) return [];
    const steps: BlockStep[] = [{ type: 'stop', block: this.#current.block }];
    this.#current = null;
    for (;;) {
      const next = this.#waiting.shift();
      if (next === undefined) return steps;
      const { index, block, pieces, stopped } = next;
      steps.push({ type: 'start', block });
      if (pieces.length > 0) steps.push({ type: 'delta', block, text: pieces.join('') });
      if (!stopped) {
        this.#current = { index, block };
        return steps;
      }
      steps.push({ type: 'stop', block });
    }
  }
}
