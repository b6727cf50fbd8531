import type { Socket } from 'node:net';

/** How long a connection that never carried a request may take to send one once the worker drains. */
const FIRST_REQUEST_MS = 500;

interface Load {
  /** Requests under way. */
  active: number;
  used: boolean;
}

/** The client connections of a server that does not listen itself, and how many requests each carries. */
export class Connections {
  readonly #loads = new Map<Socket, Load>();
  #draining = false;
  /** No connection may begin any more. */
  #closed = false;
  #onEmpty: (() => void) | null = null;

  add(socket: Socket): void {
    if (this.#closed) {
      socket.destroy();
      return;
    }
    this.#loads.set(socket, { active: 0, used: false });
    socket.once('close', () => {
      this.#loads.delete(socket);
      this.#tellWhenEmpty();
    });
  }

  enter(socket: Socket): void {
    const load = this.#loads.get(socket);
    if (load === undefined) return;
    load.active += 1;
    load.used = true;
  }

  leave(socket: Socket): void {
    const load = this.#loads.get(socket);
    if (load === undefined) return;
    load.active -= 1;
    // destroySoon: what is still on its way to the client gets there.
    if (this.#draining && load.active <= 0) socket.destroySoon();
  }

  /**
   * Closes idle connections at once, busy ones after their answer, and cuts what is left after `maxMs`. Connections that are new,
   * or still on their way here, get a moment for their one request: nobody else would answer it.
   */
  drain(maxMs: number): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      const cut = setTimeout(() => this.destroy(), maxMs);
      setTimeout(() => this.#close(), Math.min(FIRST_REQUEST_MS, maxMs));
      this.#onEmpty = () => {
        clearTimeout(cut);
        resolve();
      };
      this.#destroyIdle(({ used }) => used);
    });
  }

  destroy(): void {
    this.#closed = true;
    for (const socket of this.#loads.keys()) socket.destroy();
  }

  #close(): void {
    this.#closed = true;
    this.#destroyIdle(() => true);
    this.#tellWhenEmpty();
  }

  #destroyIdle(which: (load: Load) => boolean): void {
    for (const [socket, load] of this.#loads) if (load.active === 0 && which(load)) socket.destroy();
  }

  #tellWhenEmpty(): void {
    if (this.#closed && this.#loads.size === 0) this.#onEmpty?.();
  }
}
