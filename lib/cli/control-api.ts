import { type ConfigDiff, configDiffSchema } from '#lib/contract/api.ts';
import { type ApiErrorBody, apiErrorSchema } from '#lib/contract/errors.ts';
import { CliError } from './cli-error.ts';

const DEFAULT_URL = 'http://127.0.0.1:3000';
const WAIT_MS = 60_000;

/** A refusal that the command may have more to say about. */
export class RefusedError extends CliError {
  readonly refusal: ApiErrorBody['error'];

  constructor(refusal: ApiErrorBody['error']) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

export interface ConfigText {
  text: string;
  /** As the server names it, for If-Match. */
  version: string;
}

/** The configuration of a running server, over its control API. All methods reject with CliError. */
export interface ControlApi {
  url: string;
  read(format: 'json' | 'yaml'): Promise<ConfigText>;
  /** What putting the document in force would change. */
  compare(document: unknown, version: string): Promise<ConfigDiff>;
  replace(document: unknown, version: string, reason: string | null): Promise<ConfigDiff>;
}

type CliEnv = Readonly<Record<string, string | undefined>>;

/** @throws CliError when address or token are not there, or no such things */
export function controlApi(env: CliEnv, given: string | null): ControlApi {
  const base = baseUrl(given ?? (env.SWITCHYARD_URL?.trim() || DEFAULT_URL));
  const token = env.SWITCHYARD_ADMIN_TOKEN?.trim();
  if (token === undefined || token === '') {
    throw new CliError(
      'SWITCHYARD_ADMIN_TOKEN is not set. It must hold the token that the server was started with under the same name.',
    );
  }
  // Refused here, because fetch would quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new CliError(
      'SWITCHYARD_ADMIN_TOKEN holds a space, a line break or a letter that no token has: was it copied whole, and alone?',
    );
  }
  const call = (method: string, query: string, body?: unknown, version?: string) =>
    send(base, `/api/v1/config${query}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(version === undefined ? {} : { 'if-match': version }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const put = async (query: string, document: unknown, version: string) => {
    const text = await textOf(base, await call('PUT', query, document, version));
    const parsed = configDiffSchema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    throw notSwitchyard(base, 200);
  };
  return {
    url: base,
    read: async (format) => {
      const response = await call('GET', `?format=${format}`);
      const text = await textOf(base, response);
      const fits = format === 'json' ? isConfiguration(jsonOf(text)) : isYaml(response);
      if (!fits) throw notSwitchyard(base, response.status);
      return { text, version: response.headers.get('etag') ?? '' };
    },
    compare: (document, version) => put('?dryRun=true', document, version),
    replace: (document, version, reason) =>
      put(reason === null ? '' : `?reason=${encodeURIComponent(reason)}`, document, version),
  };
}

function baseUrl(text: string): string {
  const url = /^https?:\/\/[^/]+/.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url !== null && url.username + url.password !== '')
    throw new CliError('The address holds a user name or a password, which are not used: write it without.');
  if (url === null || url.search + url.hash !== '')
    throw new CliError(`"${text}" is no address: write one such as http://127.0.0.1:3000.`);
  return text.replace(/[/?#]+$/, '');
}

async function send(base: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${base}${path}`, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(WAIT_MS),
    });
  } catch (error) {
    const why = reasonOf(error);
    throw new CliError(
      `No server answers at ${base} (${why}). Is Switchyard running there? SWITCHYARD_URL or --url says where it is.`,
    );
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `nothing within ${WAIT_MS / 1000} s`;
  const cause: unknown = error.cause;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : error.message;
}

/** The body of a good answer; whatever else came is told in words. */
async function textOf(base: string, response: Response): Promise<string> {
  const text = await bodyOf(base, response);
  if (response.ok && isApi(response)) return text;
  const location = response.headers.get('location');
  if (location !== null) throw new CliError(`${base} sends callers on to ${location}: use that address.`);
  const parsed = apiErrorSchema.safeParse(jsonOf(text));
  if (parsed.success) throw refusal(base, parsed.data.error);
  throw notSwitchyard(base, response.status);
}

async function bodyOf(base: string, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw new CliError(
      `${base} broke off in the middle of its answer (${reasonOf(error)}). Run the command again.`,
    );
  }
}

function isConfiguration(value: unknown): boolean {
  const parts =
    typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)) : null;
  return ['providers', 'targets', 'flows'].every((part) => Array.isArray(parts?.get(part)));
}

function notSwitchyard(base: string, status: number): CliError {
  return new CliError(
    `${base} answered ${status}, but not as Switchyard does. Use the dashboard's address, not the gateway's.`,
  );
}

function isApi(response: Response): boolean {
  return /^application\/(json|yaml)/.test(response.headers.get('content-type') ?? '');
}

function isYaml(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('application/yaml') === true;
}

function refusal(base: string, error: ApiErrorBody['error']): CliError {
  if (error.code !== 'unauthenticated') return new RefusedError(error);
  return new CliError(
    `${base} does not accept the token in SWITCHYARD_ADMIN_TOKEN: it must be the one that the server was started with.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
