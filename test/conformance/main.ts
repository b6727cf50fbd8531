import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Entry, readCapture, readIndex } from './captures.ts';
import { type Judged, judge, sayFailOver, yes } from './judge.ts';

const USAGE = [
  'Usage: npm run conformance -- DIR',
  '',
  'DIR holds captured provider replies and an index.json that says what to make of each: a list of',
  '{file, provider, status, stream, grade, expect: {cls, failover, user_error}}.',
].join('\n');
/** Weaker recordings are shown, and do not fail the run. */
const BINDING = ['A', 'B'];

/** Reads every capture of a folder and prints, class by class, where the product agrees with what its index expects. */
function main(): void {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [given] = positionals;
  if (given === undefined || positionals.length > 1) {
    fail(USAGE);
    return;
  }
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), given);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    fail(`There is no folder ${folder}.`);
    return;
  }
  try {
    report(readIndex(folder).map((entry) => judged(folder, entry)));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

interface Line extends Partial<Judged> {
  entry: Entry;
  differences: string[];
  cls: string;
}

/** A capture that cannot be read, or that breaks our code, is a disagreement and not the end of the run. */
function judged(folder: string, entry: Entry): Line {
  try {
    return { ...judge(readCapture(folder, entry)), entry };
  } catch (error) {
    return { entry, cls: 'crashed', differences: [error instanceof Error ? error.message : String(error)] };
  }
}

function report(lines: readonly Line[]): void {
  const groups = Map.groupBy(lines, ({ entry }) => entry.expect.cls);
  for (const [cls, group] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const agreed = group.filter(
      ({ differences, cls: found }) => differences.length === 0 && found !== 'not spoken',
    );
    console.log(`\n${cls}: ${agreed.length} of ${group.length} agree`);
    for (const line of group) console.log(`  ${mark(line)} ${line.entry.file}${details(line)}`);
  }
  summarise(lines);
}

function mark({ cls, differences }: Line): string {
  if (cls === 'not spoken') return '-';
  return differences.length === 0 ? '=' : 'x';
}

function details(line: Line): string {
  const { cls, differences, capture, finish, failOver, callersFault, entry } = line;
  const grade = entry.grade === undefined ? '' : ` [${entry.grade}]`;
  if (cls === 'not spoken') return `${grade}  not spoken: ${capture?.unspoken}`;
  if (differences.length > 0) return `${grade}  ${differences.join('; ')}`;
  if (cls === 'success') return `${grade}  finishes: ${finish ?? 'yes'}`;
  return `${grade}  fail over: ${sayFailOver(failOver ?? false)}, the caller's fault: ${yes(callersFault ?? false)}`;
}

function summarise(lines: readonly Line[]): void {
  const unspoken = lines.filter(({ cls }) => cls === 'not spoken');
  const differing = lines.filter(({ differences }) => differences.length > 0);
  const binding = differing.filter(({ entry }) => BINDING.includes(entry.grade ?? 'A'));
  const agreeing = lines.length - unspoken.length - differing.length;
  console.log(
    `\n${agreeing} of ${lines.length} agree, ${differing.length} differ (${binding.length} of grade A or B), ${unspoken.length} not spoken.`,
  );
  if (binding.length > 0) process.exitCode = 1;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

main();
