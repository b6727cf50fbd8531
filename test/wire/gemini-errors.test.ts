import { describe, expect, it } from 'vitest';
import type { Failure } from '#lib/engine/types.ts';
import { classifyReply } from '#lib/wire/classify.ts';
import { google, quota } from './replies.ts';

const KEY = 'AIzaSyD-1234567890abcdefghijklmnopqrstu';

function classify(status: number, body: object, credential: string | null = null): Failure {
  const bytes = Buffer.from(JSON.stringify(body));
  return classifyReply({ kind: 'vertex', status, headers: {}, body: bytes, credential });
}

const error = (code: number, status: string, message: string, details: object[] = []) => ({
  error: { code, message, status, details },
});
const reason = (name: string, metadata: object = {}) => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason: name,
  domain: 'googleapis.com',
  metadata,
});

describe('an error of Google', () => {
  it.each<[string, number, object, string]>([
    [
      'an expired access token',
      401,
      error(401, 'UNAUTHENTICATED', 'x', [reason('ACCESS_TOKEN_EXPIRED')]),
      'auth',
    ],
    [
      'an expired key',
      400,
      error(400, 'INVALID_ARGUMENT', 'API key expired.', [reason('API_KEY_INVALID')]),
      'auth',
    ],
    [
      'an API that is off',
      403,
      error(403, 'PERMISSION_DENIED', 'x', [reason('SERVICE_DISABLED')]),
      'permission',
    ],
    [
      'no billing',
      403,
      error(403, 'PERMISSION_DENIED', 'x', [reason('BILLING_DISABLED')]),
      'quota_exhausted',
    ],
    [
      'an address that is not let in',
      403,
      error(403, 'PERMISSION_DENIED', 'x', [reason('API_KEY_IP_ADDRESS_BLOCKED')]),
      'provider_access_denied',
    ],
    [
      'a country without a free tier',
      400,
      error(
        400,
        'FAILED_PRECONDITION',
        'Gemini API free tier is not available in your country. Please enable billing.',
      ),
      'provider_access_denied',
    ],
    [
      'a minute’s limit on Vertex',
      429,
      error(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', [
        reason('RATE_LIMIT_EXCEEDED', { quota_limit: 'RequestsPerMinutePerRegion', quota_limit_value: '60' }),
      ]),
      'rate_limited',
    ],
    [
      'a day’s quota beside a reason that says less',
      429,
      error(429, 'RESOURCE_EXHAUSTED', 'x', [
        reason('RATE_LIMIT_EXCEEDED'),
        quota('RequestsPerDayPerProject'),
      ]),
      'quota_exhausted',
    ],
    [
      'a limit of nothing',
      429,
      error(429, 'RESOURCE_EXHAUSTED', 'x', [
        reason('RATE_LIMIT_EXCEEDED', { quota_limit: 'TokensPerMinute', quota_limit_value: '0' }),
      ]),
      'permission',
    ],
    [
      'shared capacity',
      429,
      google('RESOURCE_EXHAUSTED', 'Resource exhausted. Please try again later.'),
      'overloaded',
    ],
    ['an overloaded model', 503, error(503, 'UNAVAILABLE', 'The model is overloaded.'), 'overloaded'],
    [
      'a call that Google gave up',
      499,
      error(499, 'CANCELLED', 'The operation was cancelled.'),
      'server_error',
    ],
    ['a prompt too long to finish', 504, error(504, 'DEADLINE_EXCEEDED', 'x'), 'timeout'],
    ['what is not built', 501, error(501, 'UNIMPLEMENTED', 'x'), 'unsupported_feature'],
    [
      'a level that the model lacks',
      400,
      error(400, 'INVALID_ARGUMENT', 'Thinking level MINIMAL is not supported for this model.'),
      'unsupported_feature',
    ],
    [
      'too many tokens',
      400,
      error(
        400,
        'INVALID_ARGUMENT',
        'The input token count (9) exceeds the maximum number of tokens allowed (8).',
      ),
      'context_length_exceeded',
    ],
    [
      'a model of the garden that is not there',
      404,
      error(404, 'NOT_FOUND', 'Publisher Model `projects/p/x` was not found.'),
      'model_not_found',
    ],
    [
      'a page that could not be fetched',
      400,
      error(400, 'INVALID_ARGUMENT', 'Cannot fetch content from the provided URL.'),
      'invalid_request',
    ],
  ])('about %s is %s %j as it should', (_what, status, body, cls) => {
    expect(classify(status, body).class).toBe(cls);
  });

  it('never repeats keys, tokens or private keys', () => {
    const message = `Bad key ${KEY}, token ya29.a0AfB_byC-1234567890, -----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end`;
    const failure = classify(400, error(400, 'INVALID_ARGUMENT', message));
    for (const secret of [KEY, 'ya29.a0', 'MIIE']) expect(failure.message).not.toContain(secret);
    expect(failure.message).toContain('end');
  });

  it('never repeats a part of its credential in a form that no pattern knows', () => {
    const account = JSON.stringify({ client_email: 'a@b', private_key: 'opaque-part-of-a-key' });
    const failure = classify(
      400,
      error(400, 'INVALID_ARGUMENT', 'Signed with opaque-part-of-a-key.'),
      account,
    );
    expect(failure.message).toBe('Signed with [redacted].');
  });
});
