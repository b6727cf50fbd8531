import type { ApiKeyView } from '#lib/contract/api.ts';
import type { ApiKeyRow } from '#lib/store/api-keys.ts';

/** What is shown of a key: neither the key nor its hash. */
export function viewApiKey(row: ApiKeyRow): ApiKeyView {
  const { id, name, hint, defaultFlow, createdAtWallMs, createdBy, lastUsedAtWallMs } = row;
  return { id, name, hint, defaultFlow, createdAtWallMs, createdBy, lastUsedAtWallMs };
}
