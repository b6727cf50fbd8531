import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, StoreError } from './store-error.ts';

/** Seals provider credentials. Ciphertext: `v1.<key id>.<nonce>.<ciphertext and tag>`, AES-256-GCM, bound to its owner. */
export interface SecretBox {
  /** First characters of the key's fingerprint: tells which key sealed a value, and nothing about the key. */
  keyId: string;
  /** `owner` names the row, e.g. `provider:openai`; a value sealed for one row does not open for another. */
  seal(plain: string, owner: string): string;
  /** Throws StoreError `wrong_secret` when another key sealed it. */
  open(sealed: string, owner: string): string;
}

const KEY_FILE = 'secret.key';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key comes from `secret` (any text of 16 characters or more), else from a file in `dataDir`, made on first use (mode 0600). */
export function openSecretBox(dataDir: string, secret: string | null): SecretBox {
  const key = secret === null ? keyFromFile(join(dataDir, KEY_FILE)) : keyFromText(secret);
  const keyId = createHash('sha256').update('switchyard key id').update(key).digest('hex').slice(0, 8);
  return {
    keyId,
    seal: (plain, owner) => seal(key, keyId, plain, owner),
    open: (sealed, owner) => open(key, keyId, sealed, owner),
  };
}

function seal(key: Buffer, keyId: string, plain: string, owner: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `v1.${keyId}.${nonce.toString('base64url')}.${body.toString('base64url')}`;
}

function open(key: Buffer, keyId: string, sealed: string, owner: string): string {
  const [format, sealedBy, nonce, body] = sealed.split('.');
  if (format !== 'v1' || sealedBy === undefined || nonce === undefined || body === undefined) {
    throw new StoreError(
      'secret_unusable',
      `The stored credential of ${owner} is not in a known format. Enter it again.`,
    );
  }
  if (sealedBy !== keyId) {
    throw new StoreError(
      'wrong_secret',
      `The stored credential of ${owner} was sealed with another key (${sealedBy}; this one is ${keyId}). Start with the SWITCHYARD_SECRET or ${KEY_FILE} it was saved under, or enter the credential again.`,
    );
  }
  const bytes = Buffer.from(body, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
      authTagLength: TAG_BYTES,
    }).setAAD(Buffer.from(owner));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new StoreError(
      'secret_unusable',
      `The stored credential of ${owner} is damaged. Enter it again.`,
      error,
    );
  }
}

function keyFromText(secret: string): Buffer {
  if (secret.length < 16) {
    throw new StoreError(
      'secret_unusable',
      'SWITCHYARD_SECRET is shorter than 16 characters, which is too easy to guess. Use for example the output of: openssl rand -base64 32',
    );
  }
  return scryptSync(secret, 'switchyard credentials v1', 32);
}

function keyFromFile(path: string): Buffer {
  try {
    return decodeKey(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      throw asStoreError(error, path);
  }
  try {
    const key = randomBytes(32);
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, `${key.toString('base64')}\n`);
    fsyncSync(file);
    closeSync(file);
    return key;
  } catch (error) {
    throw asStoreError(error, path);
  }
}

function decodeKey(text: string, path: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length === 32) return key;
  throw new StoreError(
    'secret_unusable',
    `${path} does not hold a key of 32 bytes. Restore it from a backup; if it is lost, remove it and enter the credentials again.`,
  );
}

function asStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError(
    'secret_unusable',
    `The key file ${path} cannot be used (${messageOf(error)}).`,
    error,
  );
}
