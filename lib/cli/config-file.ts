import { readFile } from 'node:fs/promises';
import { type Document, isMap, isNode, isSeq, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { YAML_OPTIONS, yamlFault } from '#lib/contract/yaml-fault.ts';
import { CliError } from './cli-error.ts';

export interface ConfigFile {
  /** For messages. */
  name: string;
  document: unknown;
  /** The line on which a field stands, from 1, or the nearest one around it; `flows.0.chain.2`. */
  lineOf(path: string): number | null;
}

/** @throws CliError when it is not there, or neither YAML nor JSON; the message never quotes it, since it may hold a key */
export async function readConfigFile(file: string, stdin: () => Promise<string>): Promise<ConfigFile> {
  const name = file === '-' ? 'standard input' : file;
  const text = file === '-' ? await stdin() : await textOf(file);
  const lines = new LineCounter();
  const parsed = parseDocument(text, { ...YAML_OPTIONS, lineCounter: lines });
  const fault = parsed.errors[0];
  if (fault !== undefined) throw new CliError(`${name} is neither YAML nor JSON: ${yamlFault(fault)}`);
  const document = contentOf(parsed, name);
  if (document === null || document === undefined) throw new CliError(`${name} is empty.`);
  return { name, document, lineOf: (path) => lineOf(parsed.contents, path, lines) };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') throw new CliError(`There is no file ${file}.`);
    if (code === 'EISDIR') throw new CliError(`${file} is a folder: name the file in it.`);
    throw new CliError(`${file} cannot be read (${String(code ?? error)}).`);
  }
}

function contentOf(parsed: Document.Parsed, name: string): unknown {
  try {
    return parsed.toJS();
  } catch (error) {
    throw new CliError(`${name} cannot be read: ${yamlFault(error)}`);
  }
}

function lineOf(root: ParsedNode | null, path: string, lines: LineCounter): number | null {
  let node: unknown = root;
  let at = isNode(root) ? (root.range?.[0] ?? null) : null;
  let rest = path === '' ? [] : path.split('.');
  while (rest.length > 0) {
    const step = stepInto(node, rest);
    if (step === null) break;
    ({ node, rest } = step);
    at = step.offset ?? at;
  }
  return at === null ? null : lines.linePos(at).line;
}

/** One level down; names may hold dots, so the longest that fits is taken. */
function stepInto(
  node: unknown,
  rest: readonly string[],
): { node: unknown; offset: number | null; rest: string[] } | null {
  if (isSeq(node)) {
    const item: unknown = node.items[Number(rest[0])];
    return item === undefined ? null : { node: item, offset: offsetOf(item), rest: rest.slice(1) };
  }
  if (!isMap(node)) return null;
  for (let length = rest.length; length > 0; length -= 1) {
    const name = rest.slice(0, length).join('.');
    const pair = node.items.find(({ key }) => String(key) === name);
    if (pair !== undefined) return { node: pair.value, offset: offsetOf(pair.key), rest: rest.slice(length) };
  }
  return null;
}

function offsetOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}
