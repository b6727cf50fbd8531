import { setupInputSchema } from '#lib/contract/operations-system.ts';
import { refuseForeignPages } from '../caller.ts';
import { route } from '../handle.ts';

export const POST = route('setup.create', ({ runtime, request, body }) => {
  // Nobody is signed in yet, but another site must not spend the link for its reader either.
  if (request.headers.has('sec-fetch-site') || request.headers.has('origin')) {
    refuseForeignPages(runtime, request);
  }
  return runtime.setup(setupInputSchema.parse(body), request);
});
