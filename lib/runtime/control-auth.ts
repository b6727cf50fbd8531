import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { PASSWORD_MAX, PASSWORD_MIN, type SetupInput } from '#lib/contract/operations-system.ts';
import { ControlError } from '#lib/control/errors.ts';
import type { Store } from '#lib/store/store.ts';
import type { SessionUser } from './accessor.ts';
import { AttemptLimiter } from './control-limiter.ts';
import { SessionCache } from './control-session-cache.ts';

/** The header in which our own server puts the socket's address; whatever a client sends under this name is overwritten. */
export const CLIENT_IP_HEADER = 'x-switchyard-client-ip';

const SIGN_IN = '/sign-in/email';
/** Anybody may send one of these, so nobody may fill the memory with it. */
const BODY_LIMIT_BYTES = 64 * 1024;

export interface ControlAuthOptions {
  store: Store;
  /** Origins that pages of this dashboard may have. */
  origins: readonly string[];
  /** Where the dashboard is reached; https makes the cookies secure. */
  baseUrl: string;
  secret: string;
  now: () => number;
}

/** Sign-in by email and password, sessions in http-only cookies. Nobody can sign up: the first person comes through set-up. */
export class ControlAuth {
  readonly #auth: ReturnType<typeof createAuth>;
  readonly #limiter: AttemptLimiter;
  readonly #cache: SessionCache;
  readonly #origins: ReadonlySet<string>;

  constructor(options: ControlAuthOptions) {
    this.#auth = createAuth(options);
    this.#limiter = new AttemptLimiter({ max: 5, windowMs: 60_000, now: options.now });
    this.#origins = new Set(options.origins);
    this.#cache = new SessionCache({
      now: options.now,
      load: async (headers) => (await this.#auth.api.getSession({ headers }))?.user ?? null,
    });
  }

  /** Rejects when the database cannot say and did not say lately. */
  session(headers: Headers): Promise<SessionUser | null> {
    return this.#cache.get(headers);
  }

  /** better-auth's routes; attempts to sign in are also limited per person, not only per address. */
  async handle(request: Request): Promise<Response> {
    const origin = request.headers.get('origin');
    if (origin !== null && !this.isOwnOrigin(origin, request.headers.get('host'))) return foreignPage();
    const bounded = await withBoundedBody(request);
    if (bounded === null) return tooLarge();
    if (request.method !== 'GET') this.#cache.clear();
    const signingIn = new URL(request.url).pathname.endsWith(SIGN_IN);
    if (!signingIn) return this.#auth.handler(bounded);
    const waitSeconds = this.#limiter.take(await attemptKey(bounded.clone()));
    return waitSeconds === 0 ? this.#auth.handler(bounded) : tooMany(waitSeconds);
  }

  isOwnOrigin(origin: string, host: string | null): boolean {
    if (this.#origins.has(origin)) return true;
    return host !== null && URL.canParse(origin) && new URL(origin).host === host;
  }

  /** Creates a person who can sign in at once, and signs in. Rejects with ControlError when that email is taken. */
  async createAndSignIn(input: SetupInput, headers: Headers): Promise<Response> {
    const context = await this.#auth.$context;
    const email = input.email.toLowerCase();
    if ((await context.internalAdapter.findUserByEmail(email)) !== null) {
      throw new ControlError('already_exists', `There is already an account for ${email}.`);
    }
    const password = await context.password.hash(input.password);
    const user = await context.internalAdapter.createUser(
      { email, name: input.name, emailVerified: true },
      { method: 'email-password' },
    );
    await context.internalAdapter.linkAccount({
      userId: user.id,
      providerId: 'credential',
      accountId: user.id,
      password,
    });
    this.#cache.clear();
    return this.#auth.api.signInEmail({
      body: { email, password: input.password },
      headers,
      asResponse: true,
    });
  }
}

function createAuth(options: ControlAuthOptions) {
  return betterAuth({
    appName: 'Switchyard',
    baseURL: options.baseUrl,
    basePath: '/api/auth',
    secret: options.secret,
    database: prismaAdapter(options.store.prisma, { provider: 'sqlite' }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
    },
    session: { expiresIn: 30 * 24 * 3600, updateAge: 24 * 3600 },
    rateLimit: {
      enabled: true,
      storage: 'memory',
      window: 60,
      max: 120,
      customRules: { [SIGN_IN]: { window: 60, max: 20 } },
    },
    trustedOrigins: (request) => [...options.origins, ...ownHost(request)],
    telemetry: { enabled: false },
    // Its own lines tell of refused attempts, which the answers already do, and may hold what was sent.
    logger: { disabled: true },
    advanced: {
      cookiePrefix: 'switchyard',
      useSecureCookies: options.baseUrl.startsWith('https://'),
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
  });
}

/** A page that was reached under this very host name is our own, whatever the name. */
function ownHost(request: Request | undefined): string[] {
  const host = request?.headers.get('host');
  return host === null || host === undefined ? [] : [`http://${host}`, `https://${host}`];
}

async function attemptKey(request: Request): Promise<string> {
  const address = request.headers.get(CLIENT_IP_HEADER) ?? '';
  const body: unknown = await request.json().catch(() => null);
  const email = typeof body === 'object' && body !== null && 'email' in body ? String(body.email) : '';
  return `${address}\n${email.trim().toLowerCase().slice(0, 320)}`;
}

/** The same request with its body in memory; null when that is too long. */
async function withBoundedBody(request: Request): Promise<Request | null> {
  if (request.body === null) return request;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.byteLength;
    if (size > BODY_LIMIT_BYTES) return null;
    parts.push(part);
  }
  const { method, headers } = request;
  return new Request(request.url, { method, headers, body: Buffer.concat(parts) });
}

function tooLarge(): Response {
  return Response.json({ message: 'The body is too large.', code: 'PAYLOAD_TOO_LARGE' }, { status: 413 });
}

function tooMany(waitSeconds: number): Response {
  return Response.json(
    { message: 'Too many attempts to sign in. Try again later.', code: 'TOO_MANY_ATTEMPTS' },
    { status: 429, headers: { 'retry-after': String(waitSeconds), 'x-retry-after': String(waitSeconds) } },
  );
}

function foreignPage(): Response {
  return Response.json(
    { message: 'This call did not come from a page of this dashboard.', code: 'INVALID_ORIGIN' },
    { status: 403 },
  );
}

/** In constant time, whatever the lengths. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** What signs the cookies: kept sealed in the database; another key file means new sessions. */
export async function cookieSecret(store: Store): Promise<string> {
  const known = await store.settings.get<string>('cookieSecret');
  if (known !== null) {
    try {
      return store.secrets.open(known.value, 'setting:cookieSecret');
    } catch {
      // Sealed under another SWITCHYARD_SECRET: everybody signs in again.
    }
  }
  const fresh = randomBytes(32).toString('base64url');
  await store.settings.put('cookieSecret', store.secrets.seal(fresh, 'setting:cookieSecret'));
  return fresh;
}
