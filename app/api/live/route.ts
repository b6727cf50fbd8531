import { ApiProblem } from '../errors.ts';
import { route } from '../handle.ts';

export const dynamic = 'force-dynamic';

/** Nothing between us and the browser may hold back or rewrite an event. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-store, no-transform',
  'content-encoding': 'none',
  'x-accel-buffering': 'no',
};

export const GET = route('live.stream', ({ runtime, request }) => {
  const stream = runtime.openLive(request.headers.get('last-event-id'));
  if (stream !== null) return new Response(stream, { headers: HEADERS });
  throw new ApiProblem({
    code: 'rate_limited',
    message: 'Too many live views are open: close a tab, or ask for /api/v1/breakers instead.',
  });
});
