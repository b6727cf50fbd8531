import { createServer } from 'node:http';
import { Pool } from 'undici';
import { serveFromChild } from './child-server.ts';

/**
 * The least that a proxy can do: read the request, send it on over kept connections, relay status, headers and bytes.
 * What Switchyard does beyond this is what the comparison prices. Runs as a process of its own.
 */
const pool = new Pool(process.argv[2] ?? '');

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const call = {
      path: request.url ?? '/',
      method: 'POST' as const,
      headers: {
        'content-type': request.headers['content-type'] ?? 'application/json',
        authorization: request.headers.authorization ?? '',
      },
      body: Buffer.concat(chunks),
      opaque: response,
    };
    const relay = pool.stream(call, ({ statusCode, headers }) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...rest } = headers;
      return response.writeHead(statusCode, rest);
    });
    relay.catch(() => {
      if (!response.headersSent) response.writeHead(502);
      response.end();
    });
  });
});

serveFromChild(server);
