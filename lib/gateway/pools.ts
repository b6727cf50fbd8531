import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

const CONNECT_TIMEOUT_MS = 10_000;
/** Vendors keep idle connections for a minute and more; undici heeds a server's own shorter hint. */
const KEEP_ALIVE_MS = 30_000;

const OPTIONS = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  // Attempts time themselves: first token, idle and the request's one deadline.
  headersTimeout: 0,
  bodyTimeout: 0,
  allowH2: false,
} satisfies Pool.Options;

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * One connection pool per endpoint origin, kept across snapshots, so that a change of configuration costs no new TLS handshake.
 * `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (either case) work as usual; loopback addresses are never proxied.
 */
export class UpstreamPools {
  readonly #pools = new Map<string, Pool>();
  readonly #proxy: EnvHttpProxyAgent | null;

  constructor(env: ProxyEnvironment) {
    this.#proxy = proxyAgent(env);
  }

  /** What calls to this origin go through; made on first use. */
  dispatcher(origin: string): Dispatcher {
    if (this.#proxy !== null && !isLoopback(origin)) return this.#proxy;
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, OPTIONS);
      this.#pools.set(origin, pool);
    }
    return pool;
  }

  /** Drops the pools of other origins once the calls that they still carry are done. */
  keepOnly(origins: ReadonlySet<string>): void {
    for (const [origin, pool] of this.#pools) {
      if (origins.has(origin)) continue;
      this.#pools.delete(origin);
      void pool.close();
    }
  }

  async destroy(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all([...pools.map((pool) => pool.destroy()), this.#proxy?.destroy()]);
  }
}

function proxyAgent(env: ProxyEnvironment): EnvHttpProxyAgent | null {
  const httpProxy = env.http_proxy || env.HTTP_PROXY;
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY;
  if (!httpProxy && !httpsProxy) return null;
  return new EnvHttpProxyAgent({
    ...OPTIONS,
    // Empty strings: the agent must not fall back to its own reading of the process's environment.
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? '',
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
  });
}

function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
