import { slugParams } from '#lib/contract/operation-parts.ts';
import { route } from '../../../../handle.ts';

export const POST = route('flows.playground', ({ runtime, request, params, body }) =>
  runtime.playground(slugParams.parse(params).slug, body, request.signal),
);
