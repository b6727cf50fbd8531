import { writeFile } from 'node:fs/promises';
import type { ConfigDiff } from '#lib/contract/api.ts';
import { CliError } from './cli-error.ts';
import { type ConfigFile, readConfigFile } from './config-file.ts';
import { type ControlApi, controlApi, RefusedError } from './control-api.ts';
import { countWords, diffText } from './diff-words.ts';
import { type Command, parseCommand, USAGE } from './options.ts';

/** What a command speaks to; tests bring their own. */
export interface CliIo {
  env: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
  stdin(): Promise<string>;
  /** Asks whoever sits there; null: nobody does. */
  ask: ((question: string) => Promise<string>) | null;
}

/**
 * Runs one command.
 * @returns the exit code: 0 done, or no difference; 1 there are differences, or they were not wanted; 2 it failed, and `err` says why
 */
export async function runConfig(args: readonly string[], io: CliIo): Promise<number> {
  try {
    return await run(parseCommand(args), io);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    io.err(`switchyard-config: ${error.message}\n`);
    return 2;
  }
}

async function run(command: Command, io: CliIo): Promise<number> {
  switch (command.name) {
    case 'help':
      io.out(USAGE);
      return 0;
    case 'export':
      return exportTo(command, io);
    case 'diff':
      return diff(command, io);
    case 'apply':
      return apply(command, io);
    default:
      return command satisfies never;
  }
}

async function exportTo(command: Extract<Command, { name: 'export' }>, io: CliIo): Promise<number> {
  const api = controlApi(io.env, command.url);
  const { text } = await api.read(command.json ? 'json' : 'yaml');
  const content = command.json ? `${JSON.stringify(JSON.parse(text), null, 2)}\n` : text;
  if (command.out === null) {
    io.out(content);
    return 0;
  }
  try {
    await writeFile(command.out, content);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CliError(`${command.out} cannot be written (${code}).`);
  }
  io.err(`Wrote the configuration of ${api.url} to ${command.out}.\n`);
  return 0;
}

async function diff(command: Extract<Command, { name: 'diff' }>, io: CliIo): Promise<number> {
  const api = controlApi(io.env, command.url);
  const file = await readConfigFile(command.file, io.stdin);
  const { found } = await compare(api, file);
  if (command.json) io.out(`${JSON.stringify(found, null, 2)}\n`);
  else if (found.changes.length === 0)
    io.out(`No difference: ${file.name} is what is running at ${api.url}.\n`);
  else io.out(differences(found, file, api));
  return found.changes.length === 0 ? 0 : 1;
}

async function apply(command: Extract<Command, { name: 'apply' }>, io: CliIo): Promise<number> {
  const api = controlApi(io.env, command.url);
  const file = await readConfigFile(command.file, io.stdin);
  const { found, version } = await compare(api, file);
  if (found.changes.length === 0) {
    io.out(`Nothing to change: ${file.name} is what is running at ${api.url}.\n`);
    return 0;
  }
  io.out(differences(found, file, api));
  if (!command.yes && !(await agreed(found, io))) {
    io.out('Nothing was changed.\n');
    return 1;
  }
  const done = await told(file, api.replace(file.document, version, command.reason));
  io.out(`In force now: ${countWords(done.changes.length)}.\n`);
  return 0;
}

/** The differences to what runs now, and the version that they were found against. */
async function compare(api: ControlApi, file: ConfigFile): Promise<{ found: ConfigDiff; version: string }> {
  const { version } = await api.read('json');
  return { version, found: await told(file, api.compare(file.document, version)) };
}

async function agreed(found: ConfigDiff, io: CliIo): Promise<boolean> {
  if (io.ask === null)
    throw new CliError('Nobody can be asked here: say --yes to put the file in force without being asked.');
  const answer = await io.ask(`Put ${countWords(found.changes.length)} in force? [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}

function differences(found: ConfigDiff, file: ConfigFile, api: ControlApi): string {
  const head = `${countWords(found.changes.length)}: what ${file.name} would change at ${api.url}\n\n`;
  return `${head}${diffText(found)}\n`;
}

/** A refusal in terms of the file: every fault with its line. */
async function told<T>(file: ConfigFile, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new CliError(refusalWords(file, error.refusal));
  }
}

function refusalWords(file: ConfigFile, { code, message, issues }: RefusedError['refusal']): string {
  if (code === 'stale_version') {
    return 'The configuration was changed by somebody else meanwhile, so nothing was applied. Run the command again: it shows the differences as they are now.';
  }
  const faults = issues.map((issue) => faultWords(file, issue));
  if (faults.length === 0) return message;
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  return `${file.name} is refused, and nothing was changed. It has ${count}:\n${faults.join('')}`.trimEnd();
}

function faultWords(file: ConfigFile, issue: { path: string; message: string }): string {
  if (issue.path === 'reason') return `  --reason: ${issue.message}\n`;
  const unknown = /^Not known here: ([^,.]+)/.exec(issue.message)?.[1];
  const path = unknown === undefined ? issue.path : [issue.path, unknown].filter(Boolean).join('.');
  const line = file.lineOf(path);
  const where = [line === null ? '' : `line ${line}`, issue.path].filter(Boolean).join(', ');
  return `  ${where}: ${issue.message}\n`;
}
