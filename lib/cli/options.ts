import { parseArgs } from 'node:util';
import { CliError } from './cli-error.ts';

export type Command =
  | { name: 'help' }
  | { name: 'export'; url: string | null; json: boolean; out: string | null }
  | { name: 'diff'; url: string | null; file: string; json: boolean }
  | { name: 'apply'; url: string | null; file: string; yes: boolean; reason: string | null };

export const USAGE = `Usage: switchyard-config <command> [options]     (or: npm run config -- <command> [options])

  export [--json] [--out FILE]           print the running configuration as YAML, or write it to a file
  diff FILE [--json]                     say what the file would change; exits 0: nothing, 1: something, 2: failed
  apply FILE [--yes] [--reason TEXT]     show the same, ask, and put the file in force

  FILE is YAML or JSON; - reads standard input. Stored keys are never shown: they read { stored: true }, which keeps them.
  --url URL      where the server is; else SWITCHYARD_URL, else http://127.0.0.1:3000
  SWITCHYARD_ADMIN_TOKEN must hold the token that the server was started with.
`;

const OPTIONS = {
  url: { type: 'string' },
  json: { type: 'boolean' },
  out: { type: 'string', short: 'o' },
  yes: { type: 'boolean', short: 'y' },
  reason: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Option = keyof typeof OPTIONS;

/** Options that each command takes, beside --url. */
const TAKES: Readonly<Record<'export' | 'diff' | 'apply', readonly Option[]>> = {
  export: ['json', 'out'],
  diff: ['json'],
  apply: ['yes', 'reason'],
};

/** @throws CliError for a command that there is not, or options that it does not take */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const [name, file, ...rest] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  if (name !== 'export' && name !== 'diff' && name !== 'apply') {
    const what = name === undefined ? 'Say what to do' : `There is no command "${name}"`;
    throw new CliError(`${what}: export, diff or apply; --help says more.`);
  }
  const foreign = Object.keys(values).find(
    (option) => option !== 'url' && !TAKES[name].some((own) => own === option),
  );
  if (foreign !== undefined) throw new CliError(`${name} takes no --${foreign}; --help says what it takes.`);
  const url = values.url ?? null;
  if (name === 'export') {
    if (file !== undefined) throw new CliError(`export takes no file as such: write it with --out ${file}.`);
    return { name, url, json: values.json ?? false, out: values.out ?? null };
  }
  if (file === undefined) throw new CliError(`Say which file: ${name} FILE.`);
  if (rest.length > 0) throw new CliError(`One file at a time: what is "${rest[0]}" for?`);
  if (name === 'diff') return { name, url, file, json: values.json ?? false };
  return { name, url, file, yes: values.yes ?? false, reason: values.reason ?? null };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CliError(
      `${error instanceof Error ? error.message.split('. ')[0] : String(error)}; --help says more.`,
    );
  }
}
