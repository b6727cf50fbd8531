import { API_ERROR_STATUS, type ApiErrorBody, type ApiErrorCode } from '#lib/contract/errors.ts';

export interface Problem {
  code: ApiErrorCode;
  message: string;
  issues?: { path: string; message: string }[];
  current?: unknown;
}

/** A refusal that the adapter itself decides on. */
export class ApiProblem extends Error {
  readonly isApiProblem = true;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
}

/** Any error as the API tells it: coded ones in their own words, all others without a detail that could leak. */
export function problemOf(error: unknown): Problem {
  if (!isCoded(error)) return { code: 'internal', message: 'Something went wrong here; the log has more.' };
  const { code, message, issues, current } = 'problem' in error ? error.problem : error;
  return { code, message, issues, current };
}

type Coded = (Problem & { isControlError: true }) | { isApiProblem: true; problem: Problem };

/** By marks, not by class: errors come from another copy of their module. */
function isCoded(error: unknown): error is Coded {
  return (
    typeof error === 'object' && error !== null && ('isControlError' in error || 'isApiProblem' in error)
  );
}

export function problemResponse(problem: Problem): Response {
  const { code, message, issues = [], current } = problem;
  const body: ApiErrorBody = { error: { code, message, issues, current } };
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (code === 'unauthenticated') headers.set('www-authenticate', 'Bearer realm="switchyard"');
  if (code === 'gateway_unavailable' || code === 'rate_limited') headers.set('retry-after', '5');
  return Response.json(body, { status: API_ERROR_STATUS[code] ?? 500, headers });
}
