import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import { Pool } from 'undici';
import { serveFromChild } from './child-server.ts';

/**
 * The least that a proxy can do: read the request, send it on over kept connections, relay status, headers and bytes.
 * What Switchyard does beyond this is what the comparison prices. Runs as a process of its own.
 */
const pool = new Pool(process.argv[2] ?? '');

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const upstream = await pool.request({
      path: request.url ?? '/',
      method: 'POST',
      headers: {
        'content-type': request.headers['content-type'] ?? 'application/json',
        authorization: request.headers.authorization ?? '',
      },
      body: Buffer.concat(chunks),
      signal: gone.signal,
    });
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = upstream.headers;
    response.writeHead(upstream.statusCode, headers);
    pipeline(upstream.body, response, () => undefined);
  } catch {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }
});

serveFromChild(server);
