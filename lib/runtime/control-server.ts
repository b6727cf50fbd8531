import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CLIENT_IP_HEADER } from './control-auth.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface ControlServer {
  server: Server;
  /** Requests that came before this wait for it. */
  serve(handler: RequestHandler): void;
  close(): Promise<void>;
}

/** Listens at once, so that a port that is taken is known in a moment and not after Next has started. Rejects with the system's error. */
export async function listenForPages(port: number, host: string): Promise<ControlServer> {
  const ready = Promise.withResolvers<RequestHandler>();
  const server = createServer((request, response) => {
    prepare(request, response);
    ready.promise.then((handler) => handler(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    serve: (handler) => ready.resolve(handler),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

/** The socket's address, whatever the client claims; and no other site may frame or sniff these pages. */
function prepare(request: IncomingMessage, response: ServerResponse): void {
  request.headers[CLIENT_IP_HEADER] = request.socket.remoteAddress ?? '';
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'same-origin');
}

/** One sentence for a port that cannot be had. */
export function explainPortError(error: unknown, port: number, host: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken, so the dashboard cannot listen: stop what uses it, or set PORT to another port.`;
  }
  if (code === 'EACCES')
    return `Port ${port} needs privileges that this user does not have: set PORT above 1023.`;
  return `The dashboard cannot listen on ${host}:${port} (${code}).`;
}
