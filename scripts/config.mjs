#!/usr/bin/env node
// The configuration as a file, against a running server: `npm run config -- export|diff|apply FILE`, or `switchyard-config ...`.
// Must start on Node 20 too: the command itself is TypeScript, which the Node that comes with the dependencies runs as it is.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const command = join(root, 'lib/cli/config-main.ts');
const pinned = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (!existsSync(join(root, 'node_modules/yaml'))) {
  process.stderr.write('switchyard-config: the dependencies are not installed here: run npm ci first.\n');
  process.exitCode = 2;
} else if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(command);
} else {
  const { status } = spawnSync(pinned, [command, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 2;
}
