import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { type Dispatcher, request } from 'undici';
import type { Clock } from '#lib/engine/clock.ts';
import type { Failure } from '#lib/engine/types.ts';
import type { ServiceAccount } from '#lib/wire/gemini/credential.ts';
import { asNumber, asObject, asText, parseJson } from '#lib/wire/json.ts';
import { cleanMessage } from '#lib/wire/redact.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Longest life of a claim that Google takes, and what a token lives when its answer does not say. */
const HOUR_SECONDS = 3600;
/** A token is not used in its last minute: the call that carries it has to arrive. */
const SPARE_MS = 60_000;
/** How long one exchange may take, whoever waits for it. */
const EXCHANGE_MS = 10_000;
const ANSWER_MAX = 64 * 1024;

export type TokenResult = { ok: true; token: string } | { ok: false; failure: Failure };

interface Kept {
  token: string;
  /** Monotonic ms after which it is not used any more. */
  until: number;
}

export interface GoogleTokensOptions {
  clock: Clock;
  dispatcher: (origin: string) => Dispatcher;
}

/**
 * Access tokens of Google service accounts: a claim signed with the account's key, exchanged at its token endpoint (RFC 7523). A token is
 * kept until a minute before its end; requests that need the same one wait for one exchange, which no single one of them can cancel.
 */
export class GoogleTokens {
  readonly #options: GoogleTokensOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #running = new Map<string, Promise<TokenResult>>();

  constructor(options: GoogleTokensOptions) {
    this.#options = options;
  }

  /** The token at hand, or the exchange that is to bring it. Never rejects. */
  token(account: ServiceAccount): string | Promise<TokenResult> {
    const key = `${account.clientEmail}\n${account.tokenUri}\n${account.privateKey}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#options.clock.now() < kept.until) return kept.token;
    let running = this.#running.get(key);
    if (running === undefined) {
      running = this.#renew(key, account).finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return running;
  }

  async #renew(key: string, account: ServiceAccount): Promise<TokenResult> {
    const { clock } = this.#options;
    const askedAt = clock.now();
    const answer = await this.#exchange(account);
    if (!answer.ok) return answer;
    this.#forgetEnded();
    this.#kept.set(key, { token: answer.token, until: askedAt + answer.lifeMs - SPARE_MS });
    return { ok: true, token: answer.token };
  }

  /** Accounts come and go with the configuration. */
  #forgetEnded(): void {
    const now = this.#options.clock.now();
    for (const [key, { until }] of this.#kept) if (now >= until) this.#kept.delete(key);
  }

  async #exchange(account: ServiceAccount): Promise<Answer> {
    const { clock, dispatcher } = this.#options;
    let assertion: string;
    try {
      assertion = await claim(account, Math.floor(clock.wall() / 1000));
    } catch {
      return refused('unreadable_private_key', 'its private key cannot be read');
    }
    const limit = new AbortController();
    const over = new AbortController();
    clock.sleep(EXCHANGE_MS, over.signal).then(
      () => limit.abort(),
      () => {},
    );
    try {
      const { statusCode, body } = await request(account.tokenUri, {
        dispatcher: dispatcher(new URL(account.tokenUri).origin),
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams({ grant_type: GRANT, assertion }).toString(),
        signal: limit.signal,
      });
      return readAnswer(statusCode, await textOf(body));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
      return down(limit.signal.aborted ? `no answer within ${EXCHANGE_MS / 1000} s` : code);
    } finally {
      over.abort();
    }
  }
}

type Answer = { ok: true; token: string; lifeMs: number } | { ok: false; failure: Failure };

/** Throws when the key is none. */
async function claim(account: ServiceAccount, nowSeconds: number): Promise<string> {
  const { clientEmail, privateKey, privateKeyId, tokenUri } = account;
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(privateKeyId === null ? {} : { kid: privateKeyId }) })
    .setIssuer(clientEmail)
    .setAudience(tokenUri)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + HOUR_SECONDS)
    .sign(createPrivateKey(privateKey));
}

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > ANSWER_MAX) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readAnswer(status: number, text: string): Answer {
  const json = asObject(parseJson(text));
  const token = asText(json?.access_token);
  if (status === 200 && token !== null && /^[\x21-\x7e]+$/.test(token)) {
    return { ok: true, token, lifeMs: (asNumber(json?.expires_in) ?? HOUR_SECONDS) * 1000 };
  }
  if (status < 400 || status === 408 || status === 429 || status >= 500) return down(`status ${status}`);
  const said = [asText(json?.error), asText(json?.error_description)].filter((part) => part !== null);
  return refused(said[0] ?? `status_${status}`, cleanMessage(said.join(': ')) || `status ${status}`);
}

function refused(code: string, why: string): Answer {
  const message = `Google gave no access token for the service account (${why}). Put the JSON of a key that is still valid into the provider's credential, and check this machine's clock.`;
  return { ok: false, failure: { class: 'auth', status: null, code, message, retryAfterMs: null } };
}

/** What lies between here and a token is down, and every call to this endpoint with it. */
function down(why: string): Answer {
  const message = `Google's token endpoint gave no access token (${why}).`;
  const failure: Failure = {
    class: 'connection',
    status: null,
    code: 'token_endpoint',
    message,
    retryAfterMs: null,
    connect: true,
  };
  return { ok: false, failure };
}
