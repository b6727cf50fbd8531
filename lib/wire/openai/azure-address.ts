import { type Address, type Call, jsonHeaders, withoutSlashes } from '../call.ts';
import type { Dialect } from '../types.ts';
import { openAiPath } from './address.ts';

/** Azure's dated API; the data plane's current stable one. */
const AZURE_API_VERSION = '2024-10-21';

/**
 * Azure names the deployment in the path, and the model in the body means nothing to it; but for Responses, which its undated API
 * alone has: there the body names the deployment (`bodyModel`).
 */
export function azureAddress({ target, dialect, stream }: Call): Address {
  const headers = jsonHeaders(stream);
  if (target.credential !== null) headers['api-key'] = target.credential;
  return { url: azureUrl(target, openAiPath(dialect)), headers, authorization: null };
}

/** Where a deployment's operation is: `embeddings`, `chat/completions`, `responses`. */
export function azureUrl(target: Call['target'], path: string): string {
  const resource = azureResource(target.baseUrl);
  if (path === 'responses') return `${resource}/openai/v1/responses`;
  const deployment = encodeURIComponent(target.deployment ?? target.model);
  return `${resource}/openai/deployments/${deployment}/${path}?api-version=${AZURE_API_VERSION}`;
}

/** The resource's own address, which every path begins with. */
export function azureResource(baseUrl: string): string {
  return withoutSlashes(baseUrl).replace(/\/openai(\/v1)?$/, '');
}

/** The `model` of a body for a target that speaks this dialect. */
export function bodyModel({ kind, model, deployment }: Call['target'], dialect: Dialect): string {
  return kind === 'azure-openai' && dialect === 'openai-responses' ? (deployment ?? model) : model;
}
