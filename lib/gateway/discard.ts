import type { IncomingMessage } from 'node:http';

const DISCARD_LIMIT_BYTES = 200 * 1024 * 1024;
const DISCARD_MS = 15_000;

/**
 * Reads on and throws away what a client still sends after it has been answered: closing at once would reset the connection,
 * and the client would see that instead of the answer. Bounded in bytes and in time.
 */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let left = DISCARD_LIMIT_BYTES;
  const timer = setTimeout(() => request.socket.destroy(), DISCARD_MS);
  timer.unref();
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
