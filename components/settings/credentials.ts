import type { ProviderView } from '#lib/contract/api.ts';
import type { CredentialInput } from '#lib/contract/config.ts';

type CredentialView = ProviderView['credential'];
type EndpointView = ProviderView['endpoints'][number];

/** What is shown of a credential: never the key. */
export function credentialWords(view: CredentialView): { text: string; missing: boolean } {
  if (view === null) return { text: 'none', missing: false };
  if ('stored' in view) return { text: 'stored, encrypted', missing: false };
  return view.present
    ? { text: `from ${view.env}`, missing: false }
    : { text: `${view.env} is not set`, missing: true };
}

/** An endpoint's credential: its own, or the provider's. */
export function endpointCredential(
  provider: ProviderView,
  endpoint: EndpointView,
): { text: string; missing: boolean } {
  if (endpoint.credential !== null) return credentialWords(endpoint.credential);
  const { text, missing } = credentialWords(provider.credential);
  return { text: provider.credential === null ? text : `the provider’s: ${text}`, missing };
}

/** What a view becomes when it is sent back unchanged. */
export function keepCredential(view: CredentialView): CredentialInput | undefined {
  if (view === null) return undefined;
  return 'stored' in view ? { stored: true } : { env: view.env };
}

export interface EndpointInput {
  slug: string;
  region?: string;
  baseUrl: string;
  credential?: CredentialInput;
}
