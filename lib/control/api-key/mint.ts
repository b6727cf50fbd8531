import { createHash, randomBytes } from 'node:crypto';

export interface MintedKey {
  id: string;
  /** In clear: shown once or sealed, never stored as it is. */
  key: string;
  sha256: string;
  hint: string;
}

const HINT_CHARACTERS = 7;

/** A new API key: `sy_` and 256 random bits. Its hash needs no salt, since it cannot be guessed. */
export function mintApiKey(): MintedKey {
  const key = `sy_${randomBytes(32).toString('base64url')}`;
  return {
    id: `key_${randomBytes(9).toString('base64url')}`,
    key,
    sha256: createHash('sha256').update(key).digest('hex'),
    hint: `${key.slice(0, HINT_CHARACTERS)}…`,
  };
}
