import { LinkError } from './link-error.ts';
import { gatewayAway } from './pending-acks.ts';

interface Pending<T> {
  resolve: (answer: T) => void;
  reject: (error: LinkError) => void;
  timer: NodeJS.Timeout;
}

/** Questions that wait for a gateway's answer. Nothing is asked again: with the worker the question is gone. */
export class PendingAnswers<T> {
  #pending = new Map<string, Pending<T>>();

  /** Rejects with `gateway_timeout` when nothing is heard within `timeoutMs`. */
  wait(commandId: string, timeoutMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(commandId);
        reject(new LinkError('gateway_timeout', 'The gateway did not answer in time: try again.'));
      }, timeoutMs);
      timer.unref();
      this.#pending.set(commandId, { resolve, reject, timer });
    });
  }

  /** An answer that nobody waits for any more is ignored. */
  settle(commandId: string, answer: T): void {
    this.#take(commandId)?.resolve(answer);
  }

  workerGone(): void {
    for (const commandId of [...this.#pending.keys()]) this.#take(commandId)?.reject(gatewayAway());
  }

  #take(commandId: string): Pending<T> | undefined {
    const pending = this.#pending.get(commandId);
    if (pending === undefined) return undefined;
    this.#pending.delete(commandId);
    clearTimeout(pending.timer);
    return pending;
  }
}
