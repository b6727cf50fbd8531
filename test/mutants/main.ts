import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MutantBuild } from './build.ts';
import { MUTANTS, type Mutant } from './mutants.ts';

const USAGE = 'Usage: npm run mutants [-- part-of-a-name ...] [--list] [--table]';
/** A mutant that makes the tests run on and on is found out as well. */
const LIMIT_MS = 300_000;
/** Enough for every mutant, and quick; the number of runs that `npm test` makes is larger. */
const PROPERTY_RUNS = '3000';

interface Verdict {
  killed: boolean;
  /** The first test that failed. */
  by: string;
  seconds: number;
}

/** Runs the engine's tests against one mutant after the other and says which test kills it. Survivors fail the run. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: 'boolean', default: false }, table: { type: 'boolean', default: false } },
  });
  const wanted = MUTANTS.filter(
    ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  );
  if (wanted.length === 0) {
    console.error(`No mutant is called anything like ${positionals.join(', ')}.\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (values.list) {
    for (const { name, rows, bug } of wanted) console.log(`${name}  [${rows.join(', ')}]  ${bug}`);
    return;
  }
  const build = new MutantBuild();
  try {
    await hunt(build, wanted, values.table);
  } finally {
    build.remove();
  }
}

async function hunt(build: MutantBuild, mutants: readonly Mutant[], table: boolean): Promise<void> {
  const healthy = await test(build.folder);
  if (healthy.killed) throw new Error(`The engine's tests fail without any mutant: ${healthy.by}`);
  console.log(`Without a mutant the tests pass (${healthy.seconds} s).`);
  const survivors: string[] = [];
  const rows: string[] = [];
  for (const [at, mutant] of mutants.entries()) {
    const restore = build.bring(mutant);
    const verdict = await test(build.folder);
    restore();
    if (!verdict.killed) survivors.push(mutant.name);
    rows.push(
      `| \`${mutant.name}\` | ${mutant.rows.join(', ') || '-'} | ${mutant.bug} | ${verdict.killed ? 'killed' : 'SURVIVED'} |`,
    );
    const word = verdict.killed ? 'killed' : 'SURVIVED';
    console.log(
      `${String(at + 1).padStart(2)}/${mutants.length}  ${word}  ${mutant.name} (${verdict.seconds} s)${verdict.killed ? `  by: ${verdict.by}` : ''}`,
    );
  }
  console.log(`\n${mutants.length - survivors.length} of ${mutants.length} mutants killed.`);
  if (table)
    console.log(['', '| mutant | known bugs | what is wrong | |', '|---|---|---|---|', ...rows].join('\n'));
  if (survivors.length > 0) {
    console.log(`Survivors: ${survivors.join(', ')}`);
    process.exitCode = 1;
  }
}

function test(folder: string): Promise<Verdict> {
  const startedAt = Date.now();
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  return new Promise((resolve, reject) => {
    const child = spawn(
      join(folder, 'node_modules/.bin/vitest'),
      ['run', '--project', 'unit', '--bail', '1', '--reporter=json', `--outputFile=${report}`, 'test/engine'],
      {
        cwd: folder,
        env: { ...process.env, PROPERTY_RUNS, PROPERTY_SEED: '42' },
        stdio: 'ignore',
      },
    );
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      const seconds = Math.round((Date.now() - startedAt) / 1000);
      resolve({ killed: code !== 0, by: firstFailure(report), seconds });
    });
  });
}

interface Report {
  testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
}

function firstFailure(path: string): string {
  if (!existsSync(path)) return 'the tests did not run to their end';
  const report: Report = JSON.parse(readFileSync(path, 'utf8'));
  for (const { message, assertionResults } of report.testResults) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed !== undefined) return failed.fullName.trim();
    if (message !== '') return message.split('\n')[0] ?? message;
  }
  return 'an error outside of a test';
}

await main();
