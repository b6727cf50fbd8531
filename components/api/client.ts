import type { z } from 'zod';
import { apiErrorSchema } from '#lib/contract/errors.ts';

export interface ApiIssue {
  path: string;
  message: string;
}

/** What the control API refused, or what stopped us from asking. `status` 0: no answer at all. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly issues: readonly ApiIssue[];
  /** With `stale_version`: the row as it is now. */
  readonly current: unknown;

  constructor(given: {
    code: string;
    status: number;
    message: string;
    issues?: readonly ApiIssue[];
    current?: unknown;
  }) {
    super(given.message);
    this.name = 'ApiError';
    this.code = given.code;
    this.status = given.status;
    this.issues = given.issues ?? [];
    this.current = given.current;
  }
}

export interface ApiCall<S extends z.ZodType> {
  /** Under /api/v1, starting with a slash. */
  path: string;
  /** The answer's shape; absent: the answer is ignored. */
  answer?: S;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** The row's version, for If-Match. */
  version?: number;
  query?: Readonly<Record<string, string | number | null | undefined>>;
  signal?: AbortSignal;
}

/** Calls the control API. Throws ApiError. */
export async function callApi<S extends z.ZodType>(call: ApiCall<S>): Promise<z.output<S>> {
  const response = await send(call);
  const body = await readJson(response);
  if (!response.ok) throw toApiError(response, body);
  if (call.answer === undefined) return undefined as z.output<S>;
  const parsed = call.answer.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new ApiError({
    code: 'unexpected_answer',
    status: response.status,
    message: `The server's answer to ${call.path} was not understood (${issues[0]?.path}: ${issues[0]?.message}).`,
    issues,
  });
}

async function send(call: ApiCall<z.ZodType>): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  if (call.version !== undefined) headers['if-match'] = `"${call.version}"`;
  try {
    return await fetch(`/api/v1${call.path}${queryString(call.query)}`, {
      method: call.method ?? 'GET',
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError({
      code: 'unreachable',
      status: 0,
      message: 'The control process does not answer. Traffic through the gateway goes on without it.',
    });
  }
}

/** Leaves out what is null, undefined or empty. */
export function queryString(query: ApiCall<z.ZodType>['query']): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

export function toApiError(response: { status: number }, body: unknown): ApiError {
  const parsed = apiErrorSchema.safeParse(body);
  if (parsed.success) return new ApiError({ ...parsed.data.error, status: response.status });
  return new ApiError({
    code: response.status === 401 ? 'unauthenticated' : 'internal',
    status: response.status,
    message:
      response.status === 401
        ? 'You are signed out. Sign in again to go on.'
        : `The server answered ${response.status} without saying why.`,
  });
}

/** The message for one form field, by its path in the request body ("reason", "policy.badge.text"). */
export function issueFor(error: unknown, path: string): string | null {
  if (!(error instanceof ApiError)) return null;
  const pointer = `/${path.replaceAll('.', '/')}`;
  return error.issues.find((issue) => issue.path === path || issue.path === pointer)?.message ?? null;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : 'Something went wrong.';
}
