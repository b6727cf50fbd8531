import { viewOf } from './json.ts';
import { adaptPrompt, changesPrompt } from './openai/adapter.ts';
import type { ClientRequest, UpstreamTarget } from './types.ts';

/** The body for an upstream of the client's own dialect: the client's bytes with another model's name. */
export function passthroughBody(request: ClientRequest, target: UpstreamTarget): Uint8Array | string {
  // Only an adapter re-serialises: numbers beyond double precision and duplicate keys do not survive that.
  if (changesPrompt(target.adapter)) {
    return JSON.stringify({ ...adaptPrompt(request.json, target.adapter), model: target.model });
  }
  if (request.model === target.model) return request.body;
  const body = viewOf(request.body);
  const [start, end] = request.modelSpan;
  return Buffer.concat([
    body.subarray(0, start),
    Buffer.from(JSON.stringify(target.model)),
    body.subarray(end),
  ]);
}
