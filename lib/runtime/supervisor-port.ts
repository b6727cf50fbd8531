import type { ChildProcess } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';

/** Connections that may wait for a worker; beyond this they are closed at once, which clients see as a reset and retry. */
const WAITING_MAX = 4_096;

/**
 * The gateway's listening socket. The supervisor accepts and hands each connection to the worker, so that connections wait,
 * instead of being refused, while a worker restarts. (node:cluster closes the port when its only worker dies.)
 */
export class GatewayPortListener {
  readonly #server: Server;
  readonly #waiting: Socket[] = [];
  #worker: ChildProcess | null = null;

  constructor() {
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#dispatch(socket));
  }

  /** Resolves to the bound port; rejects with the system's error. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host, backlog: 1_024 }, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** From now on connections go to this worker; null: they wait. */
  attach(worker: ChildProcess | null): void {
    this.#worker = worker;
    if (worker === null) return;
    for (const socket of this.#waiting.splice(0)) this.#dispatch(socket);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
  }

  #dispatch(socket: Socket): void {
    const worker = this.#worker;
    if (worker?.connected) {
      worker.send({ type: 'connection' }, socket, { keepOpen: false }, (error) => {
        if (error !== null) this.#hold(socket);
      });
      return;
    }
    this.#hold(socket);
  }

  #hold(socket: Socket): void {
    if (this.#waiting.length >= WAITING_MAX || socket.destroyed) {
      socket.destroy();
      return;
    }
    socket.once('error', () => socket.destroy());
    this.#waiting.push(socket);
  }
}
