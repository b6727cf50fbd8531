import { type Address, type Call, jsonHeaders, withoutSlashes } from '../call.ts';
import type { Dialect } from '../types.ts';
import { openAiPath } from './address.ts';

/** Azure's dated API; the data plane's current stable one. */
const AZURE_API_VERSION = '2024-10-21';

/**
 * Azure's dated API names the deployment in the path, and the model in the body means nothing to it. Its undated one is OpenAI's own: the
 * body names the deployment (`bodyModel`). That one alone has Responses, and an address that ends in `/openai/v1` asks for it throughout.
 */
export function azureAddress({ target, dialect, stream }: Call): Address {
  const headers = jsonHeaders(stream);
  if (target.credential !== null) headers['api-key'] = target.credential;
  return { url: azureUrl(target, openAiPath(dialect)), headers, authorization: null };
}

/** Where a deployment's operation is: `embeddings`, `chat/completions`, `responses`. */
export function azureUrl(target: Call['target'], path: string): string {
  const base = withoutSlashes(target.baseUrl);
  if (speaksUndated(base)) return `${base}/${path}`;
  const resource = azureResource(base);
  if (path === 'responses') return `${resource}/openai/v1/responses`;
  const deployment = encodeURIComponent(target.deployment ?? target.model);
  return `${resource}/openai/deployments/${deployment}/${path}?api-version=${AZURE_API_VERSION}`;
}

/** The resource's own address, which every path begins with. */
export function azureResource(baseUrl: string): string {
  return withoutSlashes(baseUrl).replace(/\/openai(\/v1)?$/, '');
}

/** True for an endpoint whose address names Azure's undated API. */
export function speaksUndated(baseUrl: string): boolean {
  return /\/openai\/v1\/*$/.test(baseUrl);
}

/** The `model` of a body for a target that speaks this dialect. */
export function bodyModel(
  { kind, model, deployment, baseUrl }: Call['target'],
  dialect: Dialect | 'embeddings',
): string {
  const named = dialect === 'openai-responses' || speaksUndated(baseUrl);
  return kind === 'azure-openai' && named ? (deployment ?? model) : model;
}
