// Runs before `npm start`, `npm test` and `npm run bench`: installs, generates and builds what is missing or stale, and nothing
// else. It must work on Node 20 with an empty node_modules, so it uses Node's own modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const pinnedNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) fail(`Switchyard needs Node 20 or newer to start; this is Node ${process.versions.node}.`);

step('Installing dependencies', {
  inputs: ['package.json', 'package-lock.json', '.npmrc'],
  stamp: 'node_modules/.switchyard-install',
  missing: () => !existsSync(bin('next')) || !existsSync(pinnedNode),
  run: install,
});
step('Generating the database client', {
  inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json'],
  stamp: 'lib/store/generated/.switchyard-generated',
  missing: () => !existsSync(join(root, 'lib/store/generated/client.ts')),
  run: () =>
    // The CLI insists on an engine binary that is downloaded from elsewhere, and then does not use it: any existing file will do.
    quietly(pinnedNode, [join(root, 'node_modules/prisma/build/index.js'), 'generate'], {
      PRISMA_SCHEMA_ENGINE_BINARY: pinnedNode,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    }),
});
step('Building the dashboard', {
  inputs: ['app', 'components', 'lib', 'public', 'next.config.js', 'tsconfig.json', 'package-lock.json'],
  stamp: '.next/.switchyard-build',
  missing: () => !existsSync(join(root, '.next/BUILD_ID')),
  run: () =>
    quietly(pinnedNode, [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
      NEXT_TELEMETRY_DISABLED: '1',
      NODE_ENV: 'production',
    }),
});

/** Runs `run` when the inputs' fingerprint differs from the one in the stamp file, or when `missing` says so. */
function step(title, { inputs, stamp, missing, run }) {
  const stampFile = join(root, stamp);
  const now = fingerprint(inputs);
  const before = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (before === now && !missing()) return;
  const startedAt = Date.now();
  process.stderr.write(`switchyard: ${title} …\n`);
  run();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, fingerprint(inputs));
  process.stderr.write(`switchyard: ${title}: done in ${((Date.now() - startedAt) / 1000).toFixed(0)} s\n`);
}

function install() {
  // Not `npm ci`: it refuses a lock file that lacks another platform's optional packages, which some registries do not carry.
  // --no-save leaves the lock file as it is; --include=dev brings the build tools, which NODE_ENV=production would leave out.
  const command = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [file, args] = npm?.endsWith('.js') ? [process.execPath, [npm, ...command]] : ['npm', command];
  const result = spawnSync(file, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.status !== 0)
    fail(
      'npm could not install the dependencies: its own message stands above. Check the network and run the command again.',
    );
  // Where npm was told not to run install scripts, the pinned Node is fetched by its own installer.
  if (!existsSync(pinnedNode)) {
    spawnSync(process.execPath, ['installArchSpecificPackage'], {
      cwd: join(root, 'node_modules/node'),
      stdio: 'inherit',
    });
  }
  if (!existsSync(pinnedNode))
    fail('Node 24 did not arrive with the dependencies: run the command again, or use Node 24 yourself.');
}

/** Runs a command silently; its output is shown only when it fails. */
function quietly(file, args, env) {
  const result = spawnSync(file, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}\n`);
  fail(
    `"${args
      .slice(0, 2)
      .map((arg) => arg.replace(`${root}/`, ''))
      .join(' ')}" failed: its output stands above.`,
  );
}

function fingerprint(inputs) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const input of inputs) addTo(hash, join(root, input));
  return hash.digest('hex');
}

function addTo(hash, path) {
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) {
    if (path.endsWith('/generated')) return;
    for (const name of readdirSync(path).sort()) addTo(hash, join(path, name));
    return;
  }
  if (path.endsWith('.md')) return;
  hash.update(path.slice(root.length)).update('\0').update(readFileSync(path));
}

function fail(message) {
  process.stderr.write(`switchyard: ${message}\n`);
  process.exit(1);
}
