import { runtime } from '#lib/runtime/accessor.ts';
import { problemOf, problemResponse } from '../../errors.ts';

/** Sign-in, sign-out and sessions, in better-auth's own words; it checks origins and limits attempts itself. */
async function handle(request: Request): Promise<Response> {
  try {
    return await runtime().auth(request);
  } catch (error) {
    return problemResponse(problemOf(error));
  }
}

export const GET = handle;
export const POST = handle;
