/** Ids that are remembered; the oldest unused ones are forgotten first. */
const MAX_IDS = 10_000;

/** Ids as they stand in JSON; inside a string the quotes would be escaped. */
const IDS = /[{,]\s*"id"\s*:\s*"([a-z]+_[A-Za-z0-9_-]{8,120})"/g;
const CONTAINER = /"container"\s*:\s*\{[^{}]*?"id"\s*:\s*"([A-Za-z0-9_-]{8,120})"/g;

/** Who keeps a piece of state. */
export interface Home {
  endpointId: string;
  credentialId: string;
}

/**
 * Which endpoint made the responses, items and containers that answers named. A request that refers to one of them makes sense
 * there only, whoever is first in the chain by then. In this worker's memory: what it does not know, the vendor decides.
 */
export class StatePins {
  readonly #homes = new Map<string, Home>();

  remember(id: string, home: Home): void {
    this.#homes.delete(id);
    this.#homes.set(id, home);
    if (this.#homes.size <= MAX_IDS) return;
    const [oldest] = this.#homes.keys();
    if (oldest !== undefined) this.#homes.delete(oldest);
  }

  /** null: never seen, or long ago. */
  homeOf(id: string): Home | null {
    const home = this.#homes.get(id);
    if (home === undefined) return null;
    this.remember(id, home);
    return home;
  }

  /** Every id that a piece of a Responses answer names. */
  rememberResponse(bytes: Uint8Array, home: Home): void {
    for (const [, id] of textOf(bytes).matchAll(IDS)) this.remember(String(id), home);
  }

  /** The container that a piece of a Messages answer names. */
  rememberContainer(bytes: Uint8Array, home: Home): void {
    for (const [, id] of textOf(bytes).matchAll(CONTAINER)) this.remember(String(id), home);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
