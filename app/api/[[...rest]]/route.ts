import { runtime } from '#lib/runtime/accessor.ts';
import { identify } from '../caller.ts';
import { problemOf, problemResponse } from '../errors.ts';

/** What is not in the API gets its error shape too, wherever under /api, but only for those who may know what is in it. */
async function handle(request: Request): Promise<Response> {
  try {
    await identify(runtime(), request);
    const { pathname } = new URL(request.url);
    return problemResponse({
      code: 'not_found',
      message: `There is no ${request.method} ${pathname}; /api/openapi.json lists what there is.`,
    });
  } catch (error) {
    return problemResponse(problemOf(error));
  }
}

export const GET = handle;
export const POST = handle;
export const PUT = handle;
export const PATCH = handle;
export const DELETE = handle;
