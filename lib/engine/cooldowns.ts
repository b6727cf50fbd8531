import { type CooldownKeys, coolsWithHint, type Pin, pinOf } from './cooldown-keys.ts';
import { effectOf } from './effects.ts';
import type { EngineCooldown, Failure, FailureClass } from './types.ts';

const MIN_MS = 1_000;
const MAX_MS = 600_000;
const FIRST_MS = 2_000;
const MAX_UNHINTED_MS = 60_000;

interface Entry {
  key: string;
  class: FailureClass;
  message: string;
  setAt: number;
  until: number;
  level: number;
  /** Pins only: until when the one call that tries the credential again keeps the others waiting. */
  probeUntil: number;
}

/** A cooldown in force for one target. */
export interface CooldownBlock {
  reason: 'cooldown' | 'auth' | 'quota';
  class: FailureClass;
  message: string;
  until: number;
}

/** How long a provider's hint is believed, ms. */
export function boundedHintMs(hintMs: number): number {
  return Math.min(MAX_MS, Math.max(MIN_MS, hintMs));
}

/**
 * "Do not call before": what a rate limit, an empty account or a refused key ask for. Kept apart from the breakers, because
 * such answers say nothing about the provider's health. Times inside are monotonic; `list` and `restore` convert, so that a
 * jump of the wall clock changes nothing here while the entries survive restarts.
 */
export class Cooldowns {
  readonly #entries = new Map<string, Entry>();

  /** What stands in the way of calling at `now`, the longest one; null when nothing does. Pure. */
  block(keys: CooldownKeys, now: number): CooldownBlock | null {
    if (this.#entries.size === 0) return null;
    let worst: CooldownBlock | null = null;
    for (const key of keys.all) {
      const entry = this.#entries.get(key);
      if (entry === undefined) continue;
      const until = entry.probeUntil > now ? Math.max(entry.until, entry.probeUntil) : entry.until;
      if (until <= now || (worst !== null && worst.until >= until)) continue;
      const reason = pinOf(entry.class)?.reason ?? 'cooldown';
      worst = { reason, class: entry.class, message: entry.message, until };
    }
    return worst;
  }

  /** A call begins: where a pin is due, it is the one that tries, and others wait until `leaseUntil` or its result. */
  begin(keys: CooldownKeys, now: number, leaseUntil: number): void {
    if (this.#entries.size === 0) return;
    for (const key of keys.all) {
      const entry = this.#entries.get(key);
      if (entry !== undefined && pinOf(entry.class) !== null && entry.until <= now)
        entry.probeUntil = leaseUntil;
    }
  }

  /**
   * A call that began at `startedAt` was answered well: pins and levels older than it are gone. A hint's deadline never
   * moves earlier. True when something changed.
   */
  answered(keys: CooldownKeys, startedAt: number, now: number): boolean {
    if (this.#entries.size === 0) return false;
    let changed = false;
    for (const key of keys.all) {
      const entry = this.#entries.get(key);
      if (entry === undefined || entry.setAt > startedAt) continue;
      if (entry.until <= now) this.#entries.delete(key);
      else if (entry.level > 0 && pinOf(entry.class) === null) entry.level = 0;
      else continue;
      changed = true;
    }
    return changed;
  }

  /** A call failed: sets or extends what its class asks for. The key that changed, or null. */
  failed(keys: CooldownKeys, failure: Failure, now: number): string | null {
    for (const key of keys.all) this.#endProbe(key);
    const key = keyFor(keys, failure);
    if (key === null) return null;
    const old = this.#entries.get(key);
    const pin = pinOf(failure.class);
    const fresh = pin === null ? this.#cooled(old, failure, now) : pinned(pin, failure);
    const until = Math.max(old?.until ?? 0, now + fresh.forMs);
    const { class: failureClass, message } = failure;
    this.#entries.set(key, {
      key,
      class: failureClass,
      message,
      setAt: now,
      until,
      level: fresh.level,
      probeUntil: 0,
    });
    return key;
  }

  /** The call that tried a pin ended without telling anything. */
  abandoned(keys: CooldownKeys): void {
    if (this.#entries.size === 0) return;
    for (const key of keys.all) this.#endProbe(key);
  }

  /** Forgets everything that stands in one target's way. True when there was something. */
  clear(keys: CooldownKeys): boolean {
    let changed = false;
    for (const key of keys.all) changed = this.#entries.delete(key) || changed;
    return changed;
  }

  /** Drops what `keep` does not want any more. True when something went. */
  prune(keep: (key: string, failureClass: FailureClass) => boolean): boolean {
    let changed = false;
    for (const entry of this.#entries.values()) {
      if (!keep(entry.key, entry.class)) changed = this.#entries.delete(entry.key) || changed;
    }
    return changed;
  }

  /** As plain data with wall-clock times. @param offset wall minus monotonic, ms */
  list(now: number, offset: number): EngineCooldown[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.until > now || entry.level > 0 || pinOf(entry.class) !== null)
      .map((entry) => ({
        key: entry.key,
        untilWallMs: Math.round(entry.until + offset),
        class: entry.class,
        message: entry.message,
        setAtWallMs: Math.round(entry.setAt + offset),
        level: entry.level,
      }));
  }

  /** Takes over a list; a deadline that is known already never moves earlier. @param offset wall minus monotonic, ms */
  restore(list: readonly EngineCooldown[], offset: number): void {
    for (const item of list) {
      const old = this.#entries.get(item.key);
      const until = item.untilWallMs - offset;
      if (old !== undefined && old.until >= until) continue;
      const { key, class: failureClass, message, level } = item;
      const setAt = item.setAtWallMs - offset;
      this.#entries.set(key, { key, class: failureClass, message, setAt, until, level, probeUntil: 0 });
    }
  }

  #cooled(old: Entry | undefined, failure: Failure, now: number): { forMs: number; level: number } {
    const level = old?.level ?? 0;
    if (failure.retryAfterMs !== null) {
      return { forMs: boundedHintMs(failure.retryAfterMs), level };
    }
    // Answers to calls that were out together are one refusal, not several in a row.
    const next = old !== undefined && old.until > now && level > 0 ? level : level + 1;
    return { forMs: Math.min(MAX_UNHINTED_MS, FIRST_MS * 2 ** (next - 1)), level: next };
  }

  #endProbe(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.probeUntil = 0;
  }
}

function pinned(pin: Pin, failure: Failure): { forMs: number; level: number } {
  const hint = failure.retryAfterMs ?? pin.retryMs;
  return { forMs: Math.min(pin.retryMs, Math.max(MIN_MS, hint)), level: 0 };
}

function keyFor(keys: CooldownKeys, failure: Failure): string | null {
  switch (effectOf(failure.class).scope) {
    case 'none':
      return null;
    case 'target':
      // A sick provider that says when to come back is taken at its word, on top of the breaker's verdict.
      return failure.retryAfterMs !== null && coolsWithHint(failure.class) ? keys.target : null;
    case 'limit':
      return keys.limit;
    case 'account':
      return keys.account;
    case 'credential':
      return keys.credential;
    default:
      return null;
  }
}
