// `npm test`: everything that checks the project, one step after the other, with one closing line for the whole run.
// `npm test -- unit` runs the named steps only.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const scratch = mkdtempSync(join(tmpdir(), 'switchyard-test-'));
const report = (name) => join(scratch, `${name}.json`);
const vitest = (project) => [
  'vitest',
  [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report(project)}`,
  ],
];

const steps = [
  ['format', 'Format and lint', 'biome', ['ci', '.']],
  [
    'walls',
    'Import walls',
    'depcruise',
    ['app', 'components', 'lib', 'server.ts', '--config', '.dependency-cruiser.cjs'],
  ],
  [
    'types',
    'Types',
    'node',
    ['node_modules/typescript-native/bin/tsc', '--noEmit', '-p', 'test/tsconfig.json'],
  ],
  ['unit', 'Unit, property and integration tests', ...vitest('unit')],
  ['e2e', 'The running product and its pages', ...vitest('e2e')],
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some(([step]) => step === name));
if (unknown.length > 0) {
  console.error(`There is no step "${unknown[0]}"; the steps are ${steps.map(([step]) => step).join(', ')}.`);
  process.exit(1);
}

const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
for (const [name, title, command, args] of steps) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const startedAt = Date.now();
  console.log(`\n── ${title}`);
  const result = spawnSync(bin(command), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
  });
  const counts = count(name, result.status === 0);
  totals.passed += counts.passed;
  totals.failed += counts.failed;
  totals.skipped += counts.skipped;
  if (result.status !== 0) failures.push(title);
  console.log(
    `── ${title}: ${result.status === 0 ? 'ok' : 'FAILED'} (${((Date.now() - startedAt) / 1000).toFixed(0)} s)`,
  );
}
rmSync(scratch, { recursive: true, force: true });
if (failures.length > 0) console.log(`\nFailed: ${failures.join('; ')}.`);
console.log(
  `\n${totals.passed} passed, ${totals.failed} failed${totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''}`,
);
process.exit(failures.length > 0 ? 1 : 0);

/** A step without a report counts as one check. */
function count(name, ok) {
  if (!existsSync(report(name))) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report(name), 'utf8'));
  // A suite that fails to load has no failed test of its own, yet it failed.
  return {
    passed: numPassedTests,
    failed: ok ? numFailedTests : Math.max(1, numFailedTests),
    skipped: numPendingTests,
  };
}
