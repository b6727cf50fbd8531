import { join } from 'node:path';

/**
 * Flags of the gateway worker. It lives on short-lived buffers: with V8's own ambition its heap trebles under load before the
 * first full collection. A small young generation and eager growth limits keep the worker below 150 MB, at the same throughput
 * (npm run bench). Neither is a cap: a burst of large requests still gets the memory that it needs.
 */
export const GATEWAY_NODE_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=20'] as const;

/**
 * The folder for `NODE_COMPILE_CACHE`: compiled and type-stripped code. With it a process neither loads the TypeScript stripper
 * (about 25 MB) nor compiles again, so that a restarted worker is up sooner.
 */
export function compileCacheDir(root: string): string {
  return join(root, 'node_modules', '.cache', 'switchyard-code');
}
