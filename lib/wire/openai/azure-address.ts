import { type Address, type Call, jsonHeaders, withoutSlashes } from '../address.ts';
import { openAiPath } from './address.ts';

/** Azure's dated API; the data plane's current stable one. */
const AZURE_API_VERSION = '2024-10-21';

/** Azure names the deployment in the path, and the model in the body means nothing to it. */
export function azureAddress({ target, dialect, stream }: Call): Address {
  const deployment = encodeURIComponent(target.deployment ?? target.model);
  const resource = withoutSlashes(target.baseUrl).replace(/\/openai$/, '');
  const headers = jsonHeaders(stream);
  if (target.credential !== null) headers['api-key'] = target.credential;
  return {
    url: `${resource}/openai/deployments/${deployment}/${openAiPath(dialect)}?api-version=${AZURE_API_VERSION}`,
    headers,
    authorization: null,
  };
}
