import type { Socket } from 'node:net';

/** The client connections of a server that does not listen itself, and how many requests each carries. */
export class Connections {
  readonly #active = new Map<Socket, number>();
  #draining = false;
  #onEmpty: (() => void) | null = null;

  add(socket: Socket): void {
    if (this.#draining) {
      socket.destroy();
      return;
    }
    this.#active.set(socket, 0);
    socket.once('close', () => {
      this.#active.delete(socket);
      if (this.#active.size === 0) this.#onEmpty?.();
    });
  }

  enter(socket: Socket): void {
    const count = this.#active.get(socket);
    if (count !== undefined) this.#active.set(socket, count + 1);
  }

  leave(socket: Socket): void {
    const count = this.#active.get(socket);
    if (count === undefined) return;
    this.#active.set(socket, count - 1);
    // destroySoon: what is still on its way to the client gets there.
    if (this.#draining && count <= 1) socket.destroySoon();
  }

  /** Closes idle connections at once, busy ones after their answer, and cuts what is left after `maxMs`. */
  drain(maxMs: number): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      const cut = setTimeout(() => this.destroy(), maxMs);
      this.#onEmpty = () => {
        clearTimeout(cut);
        resolve();
      };
      for (const [socket, count] of this.#active) if (count === 0) socket.destroy();
      if (this.#active.size === 0) this.#onEmpty();
    });
  }

  destroy(): void {
    for (const socket of this.#active.keys()) socket.destroy();
  }
}
