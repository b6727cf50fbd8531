import { parse as parseYaml, YAMLParseError } from 'yaml';
import { ApiProblem } from './errors.ts';

/** Largest body of the control API: a configuration of thousands of flows is far below. */
export const BODY_LIMIT_BYTES = 25 * 1024 * 1024;

/** Reads and parses the body; throws ApiProblem for another media type, too many bytes, or a fault, saying where. */
export async function readBody(request: Request, yamlToo: boolean): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const yaml = yamlToo && /^(application|text)\/(x-)?yaml$/.test(type);
  if (!yaml && type !== 'application/json') {
    throw new ApiProblem({
      code: 'unsupported_media_type',
      message: `Send Content-Type: application/json${yamlToo ? ' or application/yaml' : ''}.`,
    });
  }
  const text = await readText(request);
  return yaml ? fromYaml(text) : fromJson(text);
}

async function readText(request: Request): Promise<string> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > BODY_LIMIT_BYTES) throw tooLarge();
  if (request.body === null) return '';
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.byteLength;
    if (size > BODY_LIMIT_BYTES) throw tooLarge();
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}

function tooLarge(): ApiProblem {
  return new ApiProblem({
    code: 'payload_too_large',
    message: `The body is larger than ${BODY_LIMIT_BYTES / 1024 / 1024} MB.`,
  });
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid('JSON', jsonFault(text, error));
  }
}

function fromYaml(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw invalid('YAML', error instanceof YAMLParseError ? (error.message.split('\n')[0] ?? '') : '');
  }
}

function invalid(format: string, where: string): ApiProblem {
  return new ApiProblem({ code: 'invalid_json', message: `The body is not valid ${format}: ${where}` });
}

/** The fault without the text around it, which may hold a secret. */
function jsonFault(text: string, error: unknown): string {
  if (text.trim() === '') return 'it is empty.';
  const message = error instanceof Error ? error.message : '';
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return 'it ends too early.';
  const before = text.slice(0, Number(position)).split('\n');
  return `the fault is at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}.`;
}
