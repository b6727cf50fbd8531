import type { Failure } from '#lib/engine/types.ts';
import type { Dialect } from '#lib/wire/types.ts';

const HIDDEN = '[redacted]';
/** Shorter strings are no secrets, and taking them out would maim a message. */
const SECRET_MIN_CHARS = 8;

/** A provider's error reply as it came. */
export interface RawError {
  status: number;
  contentType: string | null;
  bytes: Uint8Array;
  dialect: Dialect;
}

/**
 * Beside the failures, since the engine has no room for bodies: clients match their vendor's wording, so the caller's own fault
 * is passed on whole, where a `Failure` keeps 300 characters. Gone with the failure.
 */
const kept = new WeakMap<Failure, RawError>();

/** Keeps the reply that a failure was read from, without the `secret` that a provider may repeat in it. */
export function keepRawError(failure: Failure, raw: RawError, secret: string | null = null): void {
  kept.set(failure, { ...raw, bytes: withoutSecretBytes(raw.bytes, secret) });
}

export function rawErrorOf(failure: Failure): RawError | null {
  return kept.get(failure) ?? null;
}

/** For a failure that is copied: the copy keeps the original's reply. */
export function carryRawError(from: Failure, to: Failure, secret: string | null): void {
  const raw = kept.get(from);
  if (raw !== undefined && from !== to) keepRawError(to, raw, secret);
}

/** Every text that must not leave: the credential, and each part of one that is a JSON document or keys set apart by colons. */
export function secretParts(credential: string | null): string[] {
  if (credential === null) return [];
  const parts = credential.trimStart().startsWith('{') ? textsIn(credential) : credential.split(':');
  return [credential, ...parts].filter(({ length }) => length >= SECRET_MIN_CHARS);
}

function textsIn(json: string): string[] {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== 'object' || parsed === null) return [];
    return Object.entries(parsed).flatMap(([name, value]) =>
      /key|secret|token$|password/i.test(name) && typeof value === 'string' ? [value] : [],
    );
  } catch {
    return [];
  }
}

function withoutSecretBytes(bytes: Uint8Array, secret: string | null): Uint8Array {
  const found = secretParts(secret).filter((part) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(part),
  );
  if (found.length === 0) return bytes;
  let text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  for (const part of found) text = text.replaceAll(part, HIDDEN);
  return Buffer.from(text);
}
