import type { Caller, Runtime } from '#lib/runtime/accessor.ts';
import { ApiProblem } from './errors.ts';

/** Finds out who calls: the automation token first, then the session's cookie. Throws ApiProblem. */
export async function identify(runtime: Runtime, request: Request): Promise<Caller> {
  const token = bearerToken(request);
  if (token !== null) {
    if (runtime.isAdminToken(token)) return { actor: { kind: 'token' }, via: 'api' };
    throw new ApiProblem({
      code: 'unauthenticated',
      message: 'This bearer token is not valid: use the value of SWITCHYARD_ADMIN_TOKEN.',
    });
  }
  const user = await runtime.session(request.headers);
  if (user === null) {
    throw new ApiProblem({
      code: 'unauthenticated',
      message: 'Sign in, or send Authorization: Bearer with the value of SWITCHYARD_ADMIN_TOKEN.',
    });
  }
  refuseForeignPages(runtime, request);
  return { actor: { kind: 'user', id: user.id, email: user.email }, via: 'dashboard' };
}

/** Of another scheme (a proxy in front asks for a password of its own) is not for us. */
function bearerToken(request: Request): string | null {
  const header = request.headers.get('authorization');
  if (header === null || !/^Bearer\b/i.test(header)) return null;
  return /^Bearer\s+(\S+)\s*$/i.exec(header)?.[1] ?? '';
}

/**
 * A browser sends our cookie along with whatever page makes the call, so a change must come from a page of ours. A token is never
 * sent by itself and needs no such proof.
 */
export function refuseForeignPages(runtime: Runtime, request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const own =
    site === null
      ? origin !== null && runtime.isOwnOrigin(origin, request.headers.get('host'))
      : site === 'same-origin';
  if (own) return;
  throw new ApiProblem({
    code: 'forbidden',
    message: 'This call did not come from a page of this dashboard. Scripts use SWITCHYARD_ADMIN_TOKEN.',
  });
}
