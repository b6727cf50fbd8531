import type { ProviderView } from '#lib/contract/api.ts';

/** How long the key before a rotation may stand by. */
export const OVERLAPS = [
  { value: '0', label: 'not at all' },
  { value: '900', label: '15 min' },
  { value: '3600', label: '1 h' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
] as const;

export function overlapMeaning(value: string): string {
  return value === '0'
    ? 'The new key is used alone, at once. Calls under way finish with the old one.'
    : 'Calls go out with the new key. Where the vendor refuses it, the same call goes out again with the old one.';
}

/** "OpenAI", or "openai.us-east" for an endpoint's own key. */
export function keyName(provider: Pick<ProviderView, 'name' | 'slug'>, endpoint: string | null): string {
  return endpoint === null ? provider.name : `${provider.slug}.${endpoint}`;
}
