import { viewOf } from '../json.ts';
import type { ClientRequest, UpstreamRequest, UpstreamTarget } from '../types.ts';
import { adaptPrompt, changesPrompt } from './adapter.ts';

/** Azure's dated API; the data plane's current stable one. */
const AZURE_API_VERSION = '2024-10-21';

/** The request for an OpenAI, Azure OpenAI or compatible endpoint: the client's bytes with another model's name. */
export function passthroughRequest(request: ClientRequest, target: UpstreamTarget): UpstreamRequest {
  return { url: urlOf(target), headers: headersOf(request, target), body: bodyOf(request, target) };
}

function bodyOf(request: ClientRequest, target: UpstreamTarget): Uint8Array | string {
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

function urlOf(target: UpstreamTarget): string {
  const base = target.baseUrl.replace(/\/+$/, '');
  if (target.kind === 'azure-openai') {
    const deployment = encodeURIComponent(target.deployment ?? target.model);
    const resource = base.replace(/\/openai$/, '');
    return `${resource}/openai/deployments/${deployment}/chat/completions?api-version=${AZURE_API_VERSION}`;
  }
  return hasVersionSegment(base) ? `${base}/chat/completions` : `${base}/v1/chat/completions`;
}

/** True for `.../v1`, `.../openai/v1` and Google's `.../v1beta/openai`. */
export function hasVersionSegment(baseUrl: string): boolean {
  return /\/v\d[a-z0-9]*(\/openai)?$/.test(baseUrl);
}

function headersOf(request: ClientRequest, target: UpstreamTarget): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: request.stream ? 'text/event-stream' : 'application/json',
  };
  if (target.credential === null) return headers;
  if (target.kind === 'azure-openai') headers['api-key'] = target.credential;
  else headers.authorization = `Bearer ${target.credential}`;
  return headers;
}
