import type { SessionUser } from './accessor.ts';

export interface SessionCacheOptions {
  now: () => number;
  load: (headers: Headers) => Promise<{ id: string; email: string; name: string } | null>;
  freshMs?: number;
  staleMs?: number;
  maxEntries?: number;
}

interface Entry {
  user: SessionUser;
  loadedAt: number;
}

/**
 * Remembers for half a minute who a cookie belongs to, so that a page full of queries asks the database once; and for a quarter of
 * an hour when the database fails, so that the live view outlives it. Any sign-in or sign-out forgets everything.
 */
export class SessionCache {
  #options: Required<SessionCacheOptions>;
  #entries = new Map<string, Entry>();

  constructor(options: SessionCacheOptions) {
    this.#options = { freshMs: 30_000, staleMs: 15 * 60_000, maxEntries: 1_000, ...options };
  }

  async get(headers: Headers): Promise<SessionUser | null> {
    const cookie = sessionCookie(headers);
    if (cookie === null) return null;
    const known = this.#entries.get(cookie);
    const age = known === undefined ? Number.POSITIVE_INFINITY : this.#options.now() - known.loadedAt;
    if (known !== undefined && age < this.#options.freshMs) return known.user;
    try {
      return this.#remember(cookie, await this.#options.load(headers));
    } catch (error) {
      if (known !== undefined && age < this.#options.staleMs) return known.user;
      throw error;
    }
  }

  clear(): void {
    this.#entries.clear();
  }

  #remember(cookie: string, loaded: SessionUser | null): SessionUser | null {
    this.#entries.delete(cookie);
    if (loaded === null) return null;
    const user = { id: loaded.id, email: loaded.email, name: loaded.name };
    this.#entries.set(cookie, { user, loadedAt: this.#options.now() });
    if (this.#entries.size > this.#options.maxEntries) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return user;
  }
}

function sessionCookie(headers: Headers): string | null {
  const cookies = headers.get('cookie') ?? '';
  return /(?:^|;\s*)(?:__Secure-)?switchyard\.session_token=([^;]+)/.exec(cookies)?.[1] ?? null;
}
