import type { Server } from 'node:http';

/** In a forked process: listens on a free loopback port, tells the parent which, and ends with the parent. */
export function serveFromChild(server: Server): void {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
  });
  process.on('disconnect', () => process.exit(0));
}
