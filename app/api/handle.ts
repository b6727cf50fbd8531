import type { z } from 'zod';
import { issuesOf } from '#lib/contract/errors.ts';
import { type Operation, type OperationId, operation } from '#lib/contract/operations.ts';
import { type Caller, type OperationCall, type Runtime, runtime } from '#lib/runtime/accessor.ts';
import { BODY_LIMIT_BYTES, readBody, STRANGER_LIMIT_BYTES } from './body.ts';
import { identify } from './caller.ts';
import { ApiProblem, problemOf, problemResponse } from './errors.ts';

export interface RouteContext {
  params: Promise<Record<string, string>>;
}

/** What a route with an answer of its own gets: everything checked. */
export interface CheckedCall extends OperationCall {
  runtime: Runtime;
  request: Request;
}

export type Respond = (call: CheckedCall) => Promise<Response> | Response;

const NOBODY: Caller = { actor: { kind: 'system' }, via: 'api' };

/**
 * The one way from HTTP to an operation: who calls, what exactly, is it well formed; then the operation; then its answer or one
 * error shape. Routes that do not answer with JSON pass `respond`.
 *
 * @example export const GET = route('providers.list');
 */
export function route(id: OperationId, respond?: Respond) {
  return async (request: Request, context: RouteContext): Promise<Response> => {
    try {
      const call = await check(operation(id), request, context);
      if (respond !== undefined) return await respond(call);
      return answer(operation(id), await call.runtime.perform(id, call));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === 'internal') console.error(`control: ${id} failed:`, describe(error));
      return problemResponse(problem);
    }
  };
}

async function check(one: Operation, request: Request, context: RouteContext): Promise<CheckedCall> {
  const found = runtime();
  const caller = one.auth === 'none' ? NOBODY : await identify(found, request);
  const version = readVersion(request, one.ifMatch);
  const params = validate(one.params, await context.params, 'path');
  const query = validate(one.query, Object.fromEntries(new URL(request.url).searchParams), 'query');
  const limit = one.auth === 'none' ? STRANGER_LIMIT_BYTES : BODY_LIMIT_BYTES;
  const body =
    one.body === undefined
      ? undefined
      : validate(one.body, await readBody(request, one.yaml === true, limit), 'body');
  return { runtime: found, request, caller, version, params, query, body, signal: request.signal };
}

function validate(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (schema === undefined) return {};
  const parsed = schema.safeParse(value, { error: inWords });
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error.issues);
  const first = issues[0];
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const at = first === undefined || first.path === '' ? `The ${part}` : first.path;
  throw new ApiProblem({
    code: 'invalid',
    message: `${at}: ${first?.message ?? 'is not valid'}${more}`,
    issues,
  });
}

/** The schemas speak for themselves except about what is missing or too much. */
const inWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type' && issue.input === undefined) return `Required: ${issue.expected}.`;
  if (issue.code === 'unrecognized_keys') return `Not known here: ${issue.keys.join(', ')}.`;
  return undefined;
};

function readVersion(request: Request, wanted: Operation['ifMatch']): number | null {
  const header = request.headers.get('if-match');
  if (wanted === undefined || (wanted === 'optional' && header === null)) return null;
  const found = /^\s*(?:W\/)?"?(\d+)"?\s*$/.exec(header ?? '')?.[1];
  if (found !== undefined) return Number(found);
  throw new ApiProblem({
    code: 'version_required',
    message: 'Send If-Match with the version that you read, for example If-Match: "7".',
  });
}

function answer(one: Operation, value: unknown): Response {
  const headers = new Headers({ 'cache-control': 'no-store' });
  const version = versionOf(value);
  if (version !== null) headers.set('etag', `"${version}"`);
  if (one.status === 204) return new Response(null, { status: 204, headers });
  return Response.json(value, { status: one.status, headers });
}

function versionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('version' in value)) return null;
  return typeof value.version === 'number' ? value.version : null;
}

/** For the log: never the value of anything. */
function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : typeof error;
}
