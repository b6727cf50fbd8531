import type { IncomingHttpHeaders } from 'node:http';

/** Which keys a simulated vendor takes. Without a list any key is good, but for those that say `invalid`. */
export class KeyRing {
  readonly #accepted = new Map<string, ReadonlySet<string>>();

  /** From now on only these; null: any again. */
  accept(provider: string, keys: readonly string[] | null): void {
    if (keys === null) this.#accepted.delete(provider);
    else this.#accepted.set(provider, new Set(keys));
  }

  admits(provider: string, headers: IncomingHttpHeaders): boolean {
    const accepted = this.#accepted.get(provider);
    return accepted === undefined || accepted.has(keyOf(headers));
  }
}

/** The key, wherever a vendor's clients put it; of a signature from AWS, the access key's id. */
function keyOf(headers: IncomingHttpHeaders): string {
  const authorization = headers.authorization ?? '';
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const signer = /\bCredential=([^/,\s]+)\//.exec(authorization)?.[1];
  const plain = headers['x-api-key'] ?? headers['api-key'] ?? headers['x-goog-api-key'];
  return bearer ?? signer ?? [plain].flat()[0] ?? '';
}
