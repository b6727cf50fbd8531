import type { ProviderKind } from '#lib/contract/config.ts';

/** Where an account is made and what is usual there: all that choosing a vendor fills in. */
export interface Vendor {
  id: string;
  label: string;
  kind: ProviderKind;
  /** With `REGION` in it where the address names the region; parts in capitals are the operator's own. */
  baseUrl: string;
  /** Regions to choose from, the usual one first; empty: the vendor has one address. Others may be written. */
  regions: readonly string[];
  /** Calls name the region, or go to an address of its own; elsewhere it is only a label. */
  regional: boolean;
  env: string;
  /** What the credential looks like. */
  hint: string;
  /** Where to get one; null: it is the operator's own server. */
  keyUrl: string | null;
  /** Takes calls without a key. */
  keyless: boolean;
  /** Names to begin with where the vendor has no list to choose from. */
  suggestions: readonly string[];
}

const ONE_ADDRESS = { regions: [], regional: false, keyless: false, suggestions: [] } as const;

export const VENDORS: readonly [Vendor, ...Vendor[]] = [
  {
    ...ONE_ADDRESS,
    id: 'openai',
    label: 'OpenAI',
    kind: 'openai',
    baseUrl: 'https://api.openai.com',
    env: 'OPENAI_API_KEY',
    hint: 'Begins with sk-.',
    keyUrl: 'https://platform.openai.com/api-keys',
  },
  {
    ...ONE_ADDRESS,
    id: 'anthropic',
    label: 'Anthropic',
    kind: 'anthropic',
    baseUrl: 'https://api.anthropic.com',
    env: 'ANTHROPIC_API_KEY',
    hint: 'Begins with sk-ant-.',
    keyUrl: 'https://console.anthropic.com/settings/keys',
  },
  {
    ...ONE_ADDRESS,
    id: 'gemini',
    label: 'Google Gemini',
    kind: 'google',
    baseUrl: 'https://generativelanguage.googleapis.com',
    env: 'GEMINI_API_KEY',
    hint: 'From Google AI Studio; begins with AIza.',
    keyUrl: 'https://aistudio.google.com/apikey',
  },
  {
    ...ONE_ADDRESS,
    id: 'azure',
    label: 'Azure OpenAI',
    kind: 'azure-openai',
    baseUrl: 'https://YOUR-RESOURCE.openai.azure.com',
    env: 'AZURE_OPENAI_API_KEY',
    hint: 'Key 1 or Key 2 of the resource. Put its name into the base URL.',
    keyUrl: 'https://portal.azure.com',
    suggestions: ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'gpt-5'],
  },
  {
    id: 'vertex',
    label: 'Google Vertex AI',
    kind: 'vertex',
    baseUrl: 'https://REGION-aiplatform.googleapis.com',
    regions: ['us-central1', 'us-east5', 'europe-west1', 'europe-west4', 'asia-northeast1', 'global'],
    regional: true,
    env: 'VERTEX_CREDENTIAL',
    hint: "A service account's JSON key file, whole; or an API key.",
    keyUrl: 'https://console.cloud.google.com/iam-admin/serviceaccounts',
    keyless: false,
    suggestions: ['gemini-2.5-flash', 'gemini-2.5-pro', 'claude-sonnet-4-5@20250929'],
  },
  {
    id: 'bedrock',
    label: 'Amazon Bedrock',
    kind: 'bedrock',
    baseUrl: 'https://bedrock-runtime.REGION.amazonaws.com',
    regions: ['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'],
    regional: true,
    env: 'BEDROCK_CREDENTIAL',
    hint: 'ACCESS_KEY_ID:SECRET_ACCESS_KEY, with :SESSION_TOKEN behind them for temporary keys; or a Bedrock API key.',
    keyUrl: 'https://console.aws.amazon.com/bedrock/home#/api-keys',
    keyless: false,
    suggestions: ['amazon.nova-lite-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  },
  compatible('groq', 'Groq', 'https://api.groq.com/openai/v1', {
    env: 'GROQ_API_KEY',
    hint: 'Begins with gsk_.',
    keyUrl: 'https://console.groq.com/keys',
  }),
  compatible('mistral', 'Mistral', 'https://api.mistral.ai/v1', {
    env: 'MISTRAL_API_KEY',
    keyUrl: 'https://console.mistral.ai/api-keys',
  }),
  compatible('together', 'Together', 'https://api.together.xyz/v1', {
    env: 'TOGETHER_API_KEY',
    keyUrl: 'https://api.together.ai/settings/api-keys',
  }),
  compatible('deepseek', 'DeepSeek', 'https://api.deepseek.com', {
    env: 'DEEPSEEK_API_KEY',
    hint: 'Begins with sk-.',
    keyUrl: 'https://platform.deepseek.com/api_keys',
  }),
  compatible('xai', 'xAI', 'https://api.x.ai/v1', {
    env: 'XAI_API_KEY',
    hint: 'Begins with xai-.',
    keyUrl: 'https://console.x.ai',
  }),
  compatible('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', {
    env: 'OPENROUTER_API_KEY',
    hint: 'Begins with sk-or-.',
    keyUrl: 'https://openrouter.ai/settings/keys',
  }),
  compatible('vllm', 'vLLM', 'http://127.0.0.1:8000/v1', {
    env: 'VLLM_API_KEY',
    hint: 'What the server was started with as --api-key, if anything.',
    keyless: true,
  }),
  compatible('ollama', 'Ollama', 'http://127.0.0.1:11434/v1', {
    env: 'OLLAMA_API_KEY',
    hint: 'A local Ollama needs none.',
    keyless: true,
  }),
  compatible('other', 'Other, OpenAI-compatible', 'https://HOST/v1', {
    env: 'PROVIDER_API_KEY',
    hint: 'Sent as a bearer token.',
    keyless: true,
  }),
];

function compatible(id: string, label: string, baseUrl: string, more: Partial<Vendor>): Vendor {
  return {
    ...ONE_ADDRESS,
    id,
    label,
    kind: 'openai-compatible',
    baseUrl,
    env: 'PROVIDER_API_KEY',
    hint: '',
    keyUrl: null,
    ...more,
  };
}

export function vendorOf(id: string | null): Vendor {
  return VENDORS.find((vendor) => vendor.id === id) ?? VENDORS[0];
}

/** The vendor's address in a region. */
export function vendorUrl({ id, baseUrl }: Vendor, region: string): string {
  if (id === 'vertex' && region === 'global') return 'https://aiplatform.googleapis.com';
  return region === '' ? baseUrl : baseUrl.replace('REGION', region);
}

/** The part of an address that is still to be written; null: none. */
export function placeholderIn(baseUrl: string): string | null {
  return /YOUR-RESOURCE|REGION|\bHOST\b/.exec(baseUrl)?.[0] ?? null;
}
