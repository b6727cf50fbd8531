import { existsSync } from 'node:fs';
import { join } from 'node:path';
import next from 'next';
import type { RequestHandler } from './control-server.ts';

/** Starts Next on the project's folder. In production the build has to be there. */
export async function startPages(options: {
  root: string;
  development: boolean;
  hostname: string;
  port: number;
}): Promise<RequestHandler> {
  const { root, development, hostname, port } = options;
  if (!development && !existsSync(join(root, '.next', 'BUILD_ID'))) {
    throw new Error('The dashboard has not been built: start with npm start, which builds it.');
  }
  process.env.NEXT_TELEMETRY_DISABLED ??= '1';
  const app = next({ dev: development, dir: root, hostname, port, quiet: !development });
  await app.prepare();
  const handle = app.getRequestHandler();
  return (request, response) => handle(request, response);
}
