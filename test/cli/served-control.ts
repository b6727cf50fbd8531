import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { call } from '../api/call.ts';

/** The routes of the control API, reached over a real socket. */
export interface ServedControl {
  url: string;
  /** Runs before the next call of this method is answered. */
  before(method: string, run: () => Promise<unknown>): void;
  close(): Promise<void>;
}

export async function serveControl(): Promise<ServedControl> {
  const waiting: { method: string; run: () => Promise<unknown> }[] = [];
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const body = await text(request);
    const at = waiting.findIndex((one) => one.method === method);
    if (at >= 0) await waiting.splice(at, 1)[0]?.run();
    const sent = Object.entries(headers).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    const answer = await call(url, {
      method,
      as: 'nobody',
      headers: Object.fromEntries(sent),
      ...(body === '' ? {} : { raw: { type: headers['content-type'] ?? '', text: body } }),
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    before: (method, run) => waiting.push({ method, run }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
