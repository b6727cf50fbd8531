import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ADMIN_TOKEN, ORIGIN } from './control-under-test.ts';

const API = join(import.meta.dirname, '../../app/api');

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

export interface RouteFile {
  /** With `{name}` for parameters, like in the table of operations. */
  path: string;
  methods: string[];
  handlers: Record<string, unknown>;
}

/** Every route file of the API, as Next sees them. */
export async function routeFiles(): Promise<RouteFile[]> {
  const files = readdirSync(API, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('route.ts'),
  );
  return Promise.all(
    files.map(async (file) => {
      const handlers: Record<string, unknown> = await import(join(API, file));
      const folder = relative('.', join(file, '..'));
      const path = `/api/${folder}`.replaceAll(/\[([a-z]+)\]/g, '{$1}');
      return { path, handlers, methods: Object.keys(handlers).filter((name) => /^[A-Z]+$/.test(name)) };
    }),
  );
}

export interface CallOptions {
  method?: string;
  body?: unknown;
  /** Sent as it is, with this media type. */
  raw?: { type: string; text: string };
  headers?: Record<string, string>;
  /** `token` unless said otherwise. */
  as?: 'token' | 'nobody' | { cookie: string };
}

const routes = routeFiles();

/** Calls the route that Next would choose, as HTTP would. */
export async function call(path: string, options: CallOptions = {}): Promise<Response> {
  const url = new URL(path, ORIGIN);
  const method = options.method ?? 'GET';
  const { handler, params } = await find(url.pathname, method);
  const body = options.raw?.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const request = new Request(url, {
    method,
    headers: headersOf(options),
    ...(body === undefined ? {} : { body }),
  });
  return handler(request, { params: Promise.resolve(params) });
}

function headersOf(options: CallOptions): Headers {
  const headers = new Headers(options.headers);
  const { as = 'token', raw, body } = options;
  if (as === 'token') headers.set('authorization', `Bearer ${ADMIN_TOKEN}`);
  else if (as !== 'nobody') headers.set('cookie', as.cookie);
  if (raw !== undefined) headers.set('content-type', raw.type);
  else if (body !== undefined && !headers.has('content-type'))
    headers.set('content-type', 'application/json');
  headers.set('host', new URL(ORIGIN).host);
  return headers;
}

async function find(pathname: string, method: string) {
  for (const file of (await routes).toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)) {
    const pattern = new RegExp(
      `^${file.path.replaceAll(/\[\.\.\.[a-z]+\]/g, '.+').replaceAll(/\{([a-z]+)\}/g, '(?<$1>[^/]+)')}$`,
    );
    const match = pattern.exec(pathname);
    const handler = file.handlers[method];
    if (match === null || !isHandler(handler) || file.path.includes('...rest')) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [
      name,
      decodeURIComponent(value),
    ]);
    return { handler, params: Object.fromEntries(params) };
  }
  throw new Error(`No route for ${method} ${pathname}`);
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}
