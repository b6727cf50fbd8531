import type { ChildProcess } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';

/** Connections that may wait for a worker; beyond this they are closed at once, which clients see as a reset and retry. */
const WAITING_MAX = 4_096;

/**
 * The gateway's listening socket. The supervisor accepts and hands each connection to the worker, so that connections wait,
 * instead of being refused, while a worker restarts. (node:cluster closes the port when its only worker dies.)
 *
 * A connection is kept here, unread, until the worker says that it has it: one that was on its way to a dying worker goes to
 * the next.
 */
export class GatewayPortListener {
  readonly #server: Server;
  /** Waiting for a worker, or on the way to one; in order of arrival. */
  readonly #held = new Map<number, Socket>();
  #lastId = 0;
  #worker: ChildProcess | null = null;

  constructor() {
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#hold(socket));
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

  /** From now on connections go to this worker, the held ones first; null: they wait. */
  attach(worker: ChildProcess | null): void {
    this.#worker = worker;
    for (const [id, socket] of this.#held) this.#handOver(id, socket);
  }

  /** The worker has this connection: it is its own affair from now on. */
  accepted(id: number): void {
    const socket = this.#held.get(id);
    this.#held.delete(id);
    // Closes this process's copy only; the worker's stays open.
    socket?.destroy();
  }

  /** No new connections; those that wait, or are on their way to the worker, are still handed over. */
  close(): void {
    this.#server.close();
  }

  #hold(socket: Socket): void {
    if (this.#held.size >= WAITING_MAX) {
      socket.destroy();
      return;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    socket.on('error', () => this.accepted(id));
    this.#held.set(id, socket);
    this.#handOver(id, socket);
  }

  #handOver(id: number, socket: Socket): void {
    // What a dead channel loses is handed to the next worker by `attach`, so a failure to send needs no answer.
    if (this.#worker?.connected)
      this.#worker.send({ type: 'connection', id }, socket, { keepOpen: true }, () => {});
  }
}
