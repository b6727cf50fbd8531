import type { Clock } from '#lib/engine/clock.ts';
import type { AttemptContext } from '#lib/engine/run-types.ts';
import type { Failure } from '#lib/engine/types.ts';
import { bedrockRegion } from '#lib/wire/bedrock/address.ts';
import { readAwsCredential } from '#lib/wire/bedrock/credential.ts';
import { credentialProblem } from '#lib/wire/credential-problem.ts';
import { readVertexCredential } from '#lib/wire/gemini/credential.ts';
import { targetFailure } from '#lib/wire/target-failure.ts';
import type { UpstreamTarget } from '#lib/wire/types.ts';
import { signForAws } from './aws-signature.ts';
import { clientAbort, deadlineTimeout, firstTokenTimeout } from './failures.ts';
import type { GoogleTokens, TokenResult } from './google-token.ts';
import type { Signable } from './signable.ts';

export interface AuthorizeDeps {
  clock: Clock;
  tokens: GoogleTokens;
  /** The attempt's own limits; waiting for a token counts inside them. */
  attempt: Pick<AttemptContext, 'signal' | 'firstTokenBy' | 'deadlineAt'>;
}

/**
 * Signs a request, or gives it an access token, right before it is sent: its headers are changed in place. null: it may be sent. A failure,
 * which never holds any part of the credential: `auth` says what is wrong with the credential, `connection` that no token could be
 * had, `timeout` and `client_abort` that the attempt is over. Answers at once where nothing has to be waited for. Never rejects.
 */
export function authorize(
  request: Signable,
  target: UpstreamTarget,
  deps: AuthorizeDeps,
): Failure | null | Promise<Failure | null> {
  const { authorization } = request;
  switch (authorization) {
    case null:
      return null;
    case 'aws-sigv4':
      return sign(request, target, deps.clock);
    case 'google-oauth':
      return giveToken(request, target, deps);
    default:
      return authorization satisfies never;
  }
}

function sign(
  request: Signable,
  target: UpstreamTarget,
  clock: Clock,
): Failure | null | Promise<Failure | null> {
  const credential = readAwsCredential(target.credential ?? '');
  const region = bedrockRegion(target);
  if (credential?.type !== 'keys' || region === null) return unusable(target);
  return signForAws(request, { credential, region, nowWallMs: clock.wall() }).then(
    () => null,
    () => unusable(target),
  );
}

function giveToken(
  request: Signable,
  target: UpstreamTarget,
  deps: AuthorizeDeps,
): Failure | null | Promise<Failure | null> {
  const credential = readVertexCredential(target.credential ?? '');
  if (credential?.type !== 'service_account') return unusable(target);
  const token = deps.tokens.token(credential.account);
  if (typeof token === 'string') {
    request.headers.authorization = `Bearer ${token}`;
    return null;
  }
  return withinAttempt(token, deps).then((result) => {
    if ('class' in result) return result;
    if (!result.ok) return result.failure;
    request.headers.authorization = `Bearer ${result.token}`;
    return null;
  });
}

/** Waits for a token as long as the attempt may last; others may go on waiting for the same one. */
function withinAttempt(
  token: Promise<TokenResult>,
  { clock, attempt }: AuthorizeDeps,
): Promise<TokenResult | Failure> {
  const { signal, firstTokenBy, deadlineAt } = attempt;
  const startedAt = clock.now();
  return new Promise((resolve) => {
    const settled = new AbortController();
    const settle = (result: TokenResult | Failure) => {
      settled.abort();
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const onAbort = () => settle(clientAbort());
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    void token.then(settle);
    const dueAt = Math.min(firstTokenBy, deadlineAt);
    clock.sleep(Math.max(0, dueAt - startedAt), settled.signal).then(
      () => settle(firstTokenBy <= deadlineAt ? firstTokenTimeout(dueAt - startedAt) : deadlineTimeout()),
      () => {},
    );
  });
}

function unusable(target: UpstreamTarget): Failure {
  const known = targetFailure(target);
  if (known !== null) return known;
  const message =
    credentialProblem(target.kind, target.credential ?? '') ?? 'This request could not be signed.';
  return { class: 'auth', status: null, code: 'unreadable_credential', message, retryAfterMs: null };
}
