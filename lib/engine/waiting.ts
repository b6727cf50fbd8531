import type { Clock } from './clock.ts';

const WOKEN = 'Something has changed.';

/**
 * The requests that wait for a target to be callable again. They hold nothing while they wait, and are woken when something
 * changes that may have let it come back sooner, to look again.
 */
export class Waiting {
  readonly #wakes = new Set<() => void>();

  /** Wakes everybody. */
  wake(): void {
    for (const wake of [...this.#wakes]) wake();
  }

  /** Resolves after `ms`, when woken, or when the client leaves. Leaves no timer and no listener behind. */
  async wait(clock: Clock, ms: number, client: AbortSignal): Promise<void> {
    if (client.aborted) return;
    const woken = new AbortController();
    const wake = () => woken.abort(WOKEN);
    this.#wakes.add(wake);
    client.addEventListener('abort', wake);
    try {
      await clock.sleep(ms, woken.signal);
    } catch {
      // Woken before its time.
    } finally {
      this.#wakes.delete(wake);
      client.removeEventListener('abort', wake);
    }
  }
}
