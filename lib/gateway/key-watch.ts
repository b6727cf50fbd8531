import type { KeyRefusal } from '#lib/contract/test-call.ts';
import type { Clock } from '#lib/engine/clock.ts';
import type { TargetEntry } from './snapshot-index.ts';

/** For so long after a refusal the key before goes first, so that a vendor is not asked with a refused key at every call. */
const REFUSED_MS = 10_000;

interface Refused {
  /** The key that was refused: another one in its place starts afresh. */
  credential: string | null;
  sinceWallMs: number;
  /** Monotonic ms of the latest refusal. */
  at: number;
}

/** What became of new keys whose predecessors still answer. In this worker's memory; told to control whenever it changes. */
export class KeyWatch {
  readonly #clock: Clock;
  readonly #refused = new Map<string, Refused>();
  /** Called whenever the list is another. */
  onChange: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The new key was refused a moment ago. */
  isRefused({ engine, upstream }: TargetEntry): boolean {
    const found = this.#refused.get(engine.credentialId);
    if (found === undefined || found.credential !== upstream.credential) return false;
    return this.#clock.now() - found.at < REFUSED_MS;
  }

  refused({ engine, upstream }: TargetEntry): void {
    const { credential } = upstream;
    const known = this.#refused.get(engine.credentialId);
    const same = known?.credential === credential ? known : undefined;
    const sinceWallMs = same?.sinceWallMs ?? this.#clock.wall();
    this.#refused.set(engine.credentialId, { credential, sinceWallMs, at: this.#clock.now() });
    if (same === undefined) this.onChange?.();
  }

  accepted({ engine }: TargetEntry): void {
    if (this.#refused.delete(engine.credentialId)) this.onChange?.();
  }

  /** Forgets keys that have been replaced, and overlaps that are over. */
  keepOnly(targets: Iterable<TargetEntry>): void {
    const current = new Map<string, string | null>();
    for (const { engine, upstream, previous } of targets) {
      if (previous !== null) current.set(engine.credentialId, upstream.credential);
    }
    let changed = false;
    for (const [id, { credential }] of this.#refused) {
      if (current.has(id) && current.get(id) === credential) continue;
      changed = this.#refused.delete(id) || changed;
    }
    if (changed) this.onChange?.();
  }

  list(): KeyRefusal[] {
    return [...this.#refused].map(([credentialId, { sinceWallMs }]) => ({ credentialId, sinceWallMs }));
  }
}
