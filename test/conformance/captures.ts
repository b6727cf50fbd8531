import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Dialect } from '#lib/wire/types.ts';

/** One row of a folder's index.json. */
export interface Entry {
  file: string;
  provider: string;
  kind?: string;
  status: number;
  stream: boolean;
  format?: string;
  /** A: a raw recording; B: re-serialised by its source; others are weaker. */
  grade?: string;
  caveat?: string | null;
  expect: {
    cls: string;
    failover?: boolean | string;
    user_error?: boolean | string;
    note?: string;
  };
}

/** A provider's reply as it was recorded. */
export interface Capture {
  entry: Entry;
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
  /** How many choices were asked for. */
  choices: number;
  /** null: recorded from an API that Switchyard does not speak. */
  dialect: Dialect | null;
  /** Why not, in words. */
  unspoken: string | null;
}

interface Envelope {
  request?: { url?: string; body?: { n?: unknown } | null };
  response: {
    status: number;
    headers?: Record<string, string | string[]>;
    body_encoding?: string;
    body: string;
  };
}

/** Reads a folder's index. Throws with a sentence for people when it is none. */
export function readIndex(folder: string): Entry[] {
  const path = join(folder, 'index.json');
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read as an index of captures: ${String(error)}`);
  }
  const entries = Array.isArray(parsed) ? parsed : (parsed as { entries?: unknown } | null)?.entries;
  if (!Array.isArray(entries)) throw new Error(`${path} is not a list of captures.`);
  entries.forEach((entry: Partial<Entry>, at) => {
    if (typeof entry.file !== 'string' || typeof entry.expect?.cls !== 'string') {
      throw new Error(`${path}: entry ${at} needs "file" and "expect.cls".`);
    }
  });
  return entries as Entry[];
}

/** Reads one capture in any of the forms that an index may name. */
export function readCapture(folder: string, entry: Entry): Capture {
  const text = readFileSync(join(folder, entry.file), 'utf8');
  const envelope = envelopeOf(entry, text);
  const url = envelope?.request?.url ?? '';
  const asked = envelope?.request?.body?.n;
  const body =
    envelope === null
      ? framed(entry, text)
      : Buffer.from(envelope.response.body, envelope.response.body_encoding === 'base64' ? 'base64' : 'utf8');
  const headers = Object.fromEntries(
    Object.entries(envelope?.response.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const dialect =
    dialectOfUrl(url) ?? dialectByShape(entry, body) ?? (url === '' ? dialectOfVendor(entry) : null);
  return {
    entry,
    status: envelope?.response.status ?? entry.status,
    headers,
    body,
    choices: typeof asked === 'number' ? asked : 1,
    dialect,
    unspoken: dialect === null ? `${entry.provider}'s own API at ${pathOf(url) || 'an unknown path'}` : null,
  };
}

function envelopeOf(entry: Entry, text: string): Envelope | null {
  if (!entry.file.endsWith('.json') || basename(entry.file).startsWith('body-')) return null;
  const parsed: unknown = JSON.parse(text);
  const response = (parsed as Partial<Envelope> | null)?.response;
  return typeof response?.body === 'string' ? (parsed as Envelope) : null;
}

/** Puts the framing back that `*.chunks.txt` leaves out: one event a line, named after its type where it has one. */
function framed(entry: Entry, text: string): Buffer {
  if (!entry.file.includes('.chunks.')) return Buffer.from(text);
  const events = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const type = /^\s*\{\s*"type"\s*:\s*"([^"]+)"/.exec(line)?.[1];
      return `${type === undefined ? '' : `event: ${type}\n`}data: ${line}\n\n`;
    });
  return Buffer.from(events.join(''));
}

const PATHS: readonly (readonly [RegExp, Dialect])[] = [
  [/\/chat\/completions$/, 'openai-chat'],
  [/\/responses$/, 'openai-responses'],
  [/\/messages$|:(stream)?rawPredict$/i, 'anthropic-messages'],
  [/:(stream)?generateContent$/i, 'gemini'],
  [/\/converse(-stream)?$/, 'bedrock-converse'],
  [/\/api\/chat$/, 'ollama-chat'],
];

function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
}

function dialectOfUrl(url: string): Dialect | null {
  const path = pathOf(url);
  return PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

/** An answer that looks like nothing, such as a lone error in a stream: what its vendor is spoken to in. */
function dialectOfVendor({ provider, stream }: Entry): Dialect | null {
  return stream ? (VENDORS.find(([vendor]) => vendor === provider)?.[1] ?? 'openai-chat') : null;
}

const VENDORS: readonly (readonly [string, Dialect])[] = [
  ['anthropic', 'anthropic-messages'],
  ['gemini', 'gemini'],
  ['google', 'gemini'],
  ['vertex', 'gemini'],
  ['bedrock', 'bedrock-converse'],
];

/** Without an address: what the answer itself looks like. Errors have no dialect of their own worth telling apart. */
function dialectByShape(entry: Entry, body: Buffer): Dialect | null {
  const head = body.subarray(0, 4000).toString('utf8');
  if (/"type"\s*:\s*"(response\.|error")/.test(head) || /"object"\s*:\s*"response"/.test(head)) {
    return 'openai-responses';
  }
  if (/"type"\s*:\s*"(message_start|message|content_block)/.test(head)) return 'anthropic-messages';
  if (/"(candidates|promptFeedback)"\s*:/.test(head)) return 'gemini';
  if (/"(stopReason|messageStart)"\s*:/.test(head)) return 'bedrock-converse';
  if (/"object"\s*:\s*"chat\.completion/.test(head) || /"choices"\s*:/.test(head)) return 'openai-chat';
  return entry.status >= 400 ? 'openai-chat' : null;
}
