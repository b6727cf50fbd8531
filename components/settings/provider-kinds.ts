import type { ProviderKind } from '#lib/contract/config.ts';
import { KINDS_WITH_REGION } from '#lib/contract/provider-rules.ts';

export interface KindText {
  label: string;
  /** The usual base URL; with `REGION` in it where the address names the region. */
  baseUrl: string;
  env: string;
  /** Where to begin; only for vendors whose calls name a region. */
  region?: string;
  /** How the credential is written, when it is more than a key. */
  credential?: string;
}

/** Starting points for a new provider, and its vendor's own words. */
export const KIND_TEXTS: Readonly<Record<ProviderKind, KindText>> = {
  openai: { label: 'OpenAI', baseUrl: 'https://api.openai.com', env: 'OPENAI_API_KEY' },
  anthropic: { label: 'Anthropic', baseUrl: 'https://api.anthropic.com', env: 'ANTHROPIC_API_KEY' },
  google: {
    label: 'Google Gemini',
    baseUrl: 'https://generativelanguage.googleapis.com',
    env: 'GEMINI_API_KEY',
  },
  'azure-openai': {
    label: 'Azure OpenAI',
    baseUrl: 'https://YOUR-RESOURCE.openai.azure.com',
    env: 'AZURE_OPENAI_API_KEY',
  },
  vertex: {
    label: 'Google Vertex AI',
    baseUrl: 'https://REGION-aiplatform.googleapis.com',
    env: 'VERTEX_CREDENTIAL',
    region: 'us-central1',
    credential:
      'The JSON key file of a service account, whole; or an API key; or an access token (it lasts an hour), with /v1/projects/PROJECT/locations/REGION at the end of the base URL.',
  },
  bedrock: {
    label: 'AWS Bedrock',
    baseUrl: 'https://bedrock-runtime.REGION.amazonaws.com',
    env: 'BEDROCK_CREDENTIAL',
    region: 'us-east-1',
    credential:
      'ACCESS_KEY_ID:SECRET_ACCESS_KEY, with :SESSION_TOKEN behind them for temporary keys; or a Bedrock API key.',
  },
  'openai-compatible': {
    label: 'OpenAI-compatible',
    baseUrl: 'https://api.example.com',
    env: 'PROVIDER_API_KEY',
  },
};

export function needsRegion(kind: ProviderKind): boolean {
  return KINDS_WITH_REGION.has(kind);
}

/** The vendor's address in a region. */
export function usualBaseUrl(kind: ProviderKind, region: string): string {
  const { baseUrl } = KIND_TEXTS[kind];
  if (kind === 'vertex' && region === 'global') return 'https://aiplatform.googleapis.com';
  return region === '' ? baseUrl : baseUrl.replace('REGION', region);
}
