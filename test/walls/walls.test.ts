import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** One planted import per wall: the file that must not have it, what it imports, and the rule that says so. */
const planted: [file: string, specifier: string, rule: string][] = [
  ['lib/engine/uses-zod.ts', 'zod', 'engine-no-packages'],
  ['lib/engine/uses-node.ts', 'node:fs', 'engine-no-packages'],
  ['lib/engine/uses-wire.ts', '#lib/wire/ok.ts', 'engine-imports'],
  ['lib/contract/uses-undici.ts', 'undici', 'contract-only-zod'],
  ['lib/contract/uses-store.ts', '#lib/store/ok.ts', 'contract-imports'],
  ['lib/wire/uses-undici.ts', 'undici', 'wire-no-http'],
  ['lib/wire/runs-engine.ts', '#lib/engine/ok.ts', 'contract-engine-types-only'],
  ['lib/gateway/uses-store.ts', '#lib/store/ok.ts', 'gateway-imports'],
  [
    'lib/gateway/uses-prisma.ts',
    '@prisma/client',
    'gateway-telemetry-cluster-simulator-cli-components-app-no-prisma',
  ],
  ['lib/replay/uses-store.ts', '#lib/store/ok.ts', 'replay-imports'],
  ['lib/replay/uses-node.ts', 'node:fs', 'replay-no-packages'],
  ['lib/store/uses-gateway.ts', '#lib/gateway/ok.ts', 'store-imports'],
  ['lib/control/uses-next.ts', 'next/server.js', 'gateway-telemetry-cluster-store-control-cli-no-next'],
  ['lib/control/uses-gateway.ts', '#lib/gateway/ok.ts', 'control-imports'],
  ['lib/telemetry/uses-store.ts', '#lib/store/ok.ts', 'telemetry-imports'],
  ['lib/cluster/uses-store.ts', '#lib/store/ok.ts', 'cluster-imports'],
  ['lib/simulator/uses-gateway.ts', '#lib/gateway/ok.ts', 'simulator-imports'],
  ['lib/cli/uses-control.ts', '#lib/control/ok.ts', 'cli-imports'],
  ['lib/runtime/uses-components.ts', '#components/ok.ts', 'runtime-imports'],
  ['components/uses-store.ts', '#lib/store/ok.ts', 'components-imports'],
  ['app/uses-store.ts', '#lib/store/ok.ts', 'app-imports'],
  ['app/uses-runtime.ts', '#lib/runtime/ok.ts', 'app-imports'],
  ['lib/gateway/uses-test.ts', '../../test/ok.ts', 'nothing-imports-tests'],
  ['lib/gateway/unresolved.ts', './not-there.ts', 'not-to-unresolvable'],
];

let folder: string;
let found: Map<string, Set<string>>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-walls-'));
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
    copyFileSync(join(ROOT, name), join(folder, name));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const room of [
    'engine',
    'contract',
    'wire',
    'gateway',
    'replay',
    'store',
    'control',
    'telemetry',
    'cluster',
    'simulator',
    'cli',
    'runtime',
  ]) {
    write(`lib/${room}/ok.ts`, 'export const ok = 1;\n');
  }
  for (const path of ['components/ok.ts', 'app/ok.ts', 'test/ok.ts']) write(path, 'export const ok = 1;\n');
  for (const [file, specifier] of planted)
    write(file, `import * as other from '${specifier}';\nexport const used = other;\n`);
  found = cruise();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(planted)('%s must not import %s', (file, _specifier, rule) => {
  expect([...(found.get(file) ?? [])]).toContain(rule);
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function cruise(): Map<string, Set<string>> {
  const args = [
    join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
    'lib',
    'components',
    'app',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
  ];
  let output: string;
  try {
    output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 });
  } catch (error) {
    // It exits with the number of errors; the report is on stdout all the same.
    output = String((error as { stdout: string }).stdout);
  }
  const { summary } = JSON.parse(output) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  const rules = new Map<string, Set<string>>();
  for (const { from, rule } of summary.violations)
    rules.set(from, (rules.get(from) ?? new Set()).add(rule.name));
  return rules;
}
