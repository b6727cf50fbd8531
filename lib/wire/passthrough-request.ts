import { viewOf } from './json.ts';
import type { ClientRequest } from './types.ts';

/** The body for an upstream of the client's own dialect: the client's bytes with another model's name. */
export function passthroughBody(
  request: Pick<ClientRequest, 'body' | 'model' | 'modelSpan'>,
  model: string,
): Uint8Array {
  if (request.model === model) return request.body;
  const body = viewOf(request.body);
  const [start, end] = request.modelSpan;
  return Buffer.concat([body.subarray(0, start), Buffer.from(JSON.stringify(model)), body.subarray(end)]);
}
