import { LinkError } from './link-error.ts';

interface Pending {
  resolve: () => void;
  reject: (error: LinkError) => void;
  /** The supervisor hands it to every new worker before any connection, so a worker's death does not undo it. */
  kept: boolean;
  timer: NodeJS.Timeout;
}

/** Commands that wait for a gateway to say that they have taken effect. */
export class PendingAcks {
  readonly timeoutMs: number;
  #pending = new Map<string, Pending>();

  constructor(timeoutMs: number) {
    this.timeoutMs = timeoutMs;
  }

  /** Rejects with `gateway_timeout` when nothing is heard in time. */
  wait(commandId: string, kept: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(commandId);
        reject(
          new LinkError(
            'gateway_timeout',
            kept
              ? 'The change is saved, but the gateway has not confirmed it yet: look at its state before you rely on it.'
              : 'The gateway did not answer in time: look at its state, then try again.',
          ),
        );
      }, this.timeoutMs);
      timer.unref();
      this.#pending.set(commandId, { resolve, reject, kept, timer });
    });
  }

  /** An answer to a command that nobody waits for any more is ignored. */
  settle(commandId: string, failure: string | null): void {
    const pending = this.#pending.get(commandId);
    if (pending === undefined) return;
    this.#pending.delete(commandId);
    clearTimeout(pending.timer);
    if (failure === null) pending.resolve();
    else pending.reject(new LinkError('not_found', failure));
  }

  /** The worker died: kept commands reach the next one before any request does, the others are lost. */
  workerGone(): void {
    for (const [commandId, pending] of this.#pending) {
      this.#pending.delete(commandId);
      clearTimeout(pending.timer);
      if (pending.kept) pending.resolve();
      else pending.reject(gatewayAway());
    }
  }
}

export function gatewayAway(): LinkError {
  return new LinkError(
    'gateway_unavailable',
    'The gateway is restarting: try again in a few seconds. Requests wait for it meanwhile.',
  );
}
