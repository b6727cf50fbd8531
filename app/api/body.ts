import { parse as parseYaml } from 'yaml';
import { YAML_OPTIONS, yamlFault } from '#lib/contract/yaml-fault.ts';
import { ApiProblem } from './errors.ts';

/** Largest body of the control API: a configuration of thousands of flows is far below. */
export const BODY_LIMIT_BYTES = 25 * 1024 * 1024;
/** Largest body from somebody who has not said who they are. */
export const STRANGER_LIMIT_BYTES = 64 * 1024;

/** Deepest nesting of a body: no configuration comes near it, and what checks it works in recursion. */
export const BODY_DEPTH_LIMIT = 200;

/** Reads and parses the body; throws ApiProblem for another media type, too many bytes, or a fault, saying where. */
export async function readBody(
  request: Request,
  yamlToo: boolean,
  limitBytes = BODY_LIMIT_BYTES,
): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const yaml = yamlToo && /^(application|text)\/(x-)?yaml$/.test(type);
  if (!yaml && type !== 'application/json') {
    throw new ApiProblem({
      code: 'unsupported_media_type',
      message: `Send Content-Type: application/json${yamlToo ? ' or application/yaml' : ''}.`,
    });
  }
  const text = await readText(request, limitBytes);
  const value = yaml ? fromYaml(text) : fromJson(text);
  if (isDeeperThan(value, BODY_DEPTH_LIMIT))
    throw invalid(yaml ? 'YAML' : 'JSON', `it is nested deeper than ${BODY_DEPTH_LIMIT} levels.`);
  return value;
}

/** Level by level: what YAML aliases share is looked at once a level. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = [...new Set(level.flatMap((one) => Object.values(one).filter(isContainer)))];
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

async function readText(request: Request, limitBytes: number): Promise<string> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limitBytes) throw tooLarge(limitBytes);
  if (request.body === null) return '';
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.byteLength;
    if (size > limitBytes) throw tooLarge(limitBytes);
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

function tooLarge(limitBytes: number): ApiProblem {
  const limit = limitBytes >= 1024 * 1024 ? `${limitBytes / 1024 / 1024} MB` : `${limitBytes / 1024} KB`;
  return new ApiProblem({
    code: 'payload_too_large',
    message: `The body is larger than ${limit}.`,
  });
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('JSON', jsonFault(text));
  }
}

function fromYaml(text: string): unknown {
  try {
    return parseYaml(text, YAML_OPTIONS);
  } catch (error) {
    throw invalid('YAML', yamlFault(error));
  }
}

function invalid(format: string, where: string): ApiProblem {
  return new ApiProblem({ code: 'invalid_json', message: `The body is not valid ${format}: ${where}` });
}

/** Where the fault is, without the text around it, which may hold a secret. */
function jsonFault(text: string): string {
  if (text.trim() === '') return 'it is empty.';
  const at = faultPosition(text);
  if (at === null) return 'it ends too early.';
  const before = text.slice(0, at).split('\n');
  return `the fault is at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}.`;
}

/** The parser tells its position for some faults only: search for the longest beginning that could still become JSON. */
function faultPosition(text: string): number | null {
  if (endsEarly(text)) return null;
  let good = 0;
  let bad = text.length;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (endsEarly(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** True when nothing is wrong but that more is to come. */
function endsEarly(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = Number(/position (\d+)/.exec(message)?.[1]);
    if (/end of JSON|Unterminated/.test(message) || position >= beginning.length) return true;
    return hasOpenWord(beginning);
  }
}

/** `tru`, `nul` and the like at the end. */
function hasOpenWord(beginning: string): boolean {
  const word = /[a-z]+$/.exec(beginning)?.[0];
  if (word === undefined || !['true', 'false', 'null'].some((whole) => whole.startsWith(word))) return false;
  return endsEarly(beginning.slice(0, -word.length));
}
