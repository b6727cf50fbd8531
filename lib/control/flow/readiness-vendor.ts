import type { ProviderKind } from '#lib/contract/config.ts';
import type { ProviderRow } from '#lib/store/providers.ts';
import type { TargetRow } from '#lib/store/targets.ts';

/** Whose outage takes a target down, whichever account or region it is called with. */
export interface Vendor {
  id: string;
  name: string;
}

const NAMES: Readonly<Record<Exclude<ProviderKind, 'openai-compatible'>, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  google: 'the Gemini API',
  'azure-openai': 'Azure',
  vertex: 'Vertex AI',
  bedrock: 'Bedrock',
};

/**
 * The vendor of a target: the kind of its provider. A model at its maker and at a cloud has two; another account or region of the same
 * vendor is the same. Servers that only speak OpenAI's format are told apart by their hosts.
 */
export function vendorOf(
  providers: readonly ProviderRow[],
  target: Pick<TargetRow, 'provider' | 'endpoint'>,
): Vendor {
  const provider = providers.find(({ slug }) => slug === target.provider);
  if (provider === undefined) return { id: `provider ${target.provider}`, name: target.provider };
  const { kind, name } = provider;
  if (kind !== 'openai-compatible') return { id: kind, name: NAMES[kind] };
  const endpoint = provider.endpoints.find(({ slug }) => slug === target.endpoint);
  const host = endpoint === undefined ? target.provider : new URL(endpoint.baseUrl).host;
  return { id: `host ${host}`, name };
}
