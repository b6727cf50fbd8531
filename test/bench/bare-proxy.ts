import { createServer } from 'node:http';
import { pipeline } from 'node:stream';
import { Pool } from 'undici';
import { serveFromChild } from './child-server.ts';

/**
 * A proxy as one would write it in an hour: undici's `request` over kept connections, bodies piped both ways, and a client
 * that goes away ends the upstream's answer. What Switchyard does beyond this is what the comparison prices. Runs as a process
 * of its own.
 */
const pool = new Pool(process.argv[2] ?? '');

const server = createServer(async (request, response) => {
  try {
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const upstream = await pool.request({
      path: request.url ?? '/',
      method: 'POST',
      headers,
      body: request,
    });
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...relayed } = upstream.headers;
    response.writeHead(upstream.statusCode, relayed);
    pipeline(upstream.body, response, () => undefined);
  } catch {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }
});

serveFromChild(server);
