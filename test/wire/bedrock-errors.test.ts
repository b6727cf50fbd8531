import { describe, expect, it } from 'vitest';
import type { Failure } from '#lib/engine/types.ts';
import { classifyReply } from '#lib/wire/classify.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

interface Reply {
  status: number;
  type: string | null;
  body: object;
}

function classify({ status, type, body }: Reply, credential: string | null = null): Failure {
  const headers = type === null ? {} : { 'x-amzn-errortype': type };
  const bytes = Buffer.from(JSON.stringify(body));
  return classifyReply({ kind: 'bedrock', status, headers, body: bytes, credential });
}

const reply = (status: number, type: string | null, message: string): Reply => ({
  status,
  type,
  body: { message },
});
const validation = (message: string) =>
  reply(400, 'ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/', message);

describe('an error of Bedrock', () => {
  it.each<[string, Reply, string]>([
    ['an unknown model', validation('The provided model identifier is invalid.'), 'model_not_found'],
    [
      'a model that needs a profile',
      validation(
        'Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
      ),
      'model_not_found',
    ],
    ['an overflow', validation('Input is too long for requested model.'), 'context_length_exceeded'],
    ['a missing feature', validation("This model doesn't support tool use."), 'unsupported_feature'],
    [
      'a parameter that the model lacks',
      validation("This model doesn't support the temperature field. Remove temperature and try again."),
      'unsupported_feature',
    ],
    ['an account that may not', validation('Operation not allowed'), 'permission'],
    [
      'a wrong request',
      validation('The toolConfig field must be defined when using toolUse.'),
      'invalid_request',
    ],
    [
      'a model without access',
      reply(403, 'AccessDeniedException', "You don't have access to the model with the specified model ID."),
      'permission',
    ],
    [
      'a wrong API key',
      {
        status: 403,
        type: 'AccessDeniedException',
        body: { Message: 'Authentication failed: Please make sure your API Key is valid.' },
      },
      'auth',
    ],
    [
      'a wrong key',
      reply(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
      'auth',
    ],
    [
      'an old session',
      reply(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
      'auth',
    ],
    [
      'a wrong signature',
      reply(403, 'InvalidSignatureException', 'The request signature we calculated does not match.'),
      'auth',
    ],
    [
      'a form that is not filled in',
      reply(
        404,
        'ResourceNotFoundException',
        'Model use case details have not been submitted for this account.',
      ),
      'permission',
    ],
    [
      'a retired model',
      reply(404, 'ResourceNotFoundException', 'This model version has reached the end of its life.'),
      'model_not_found',
    ],
    ['a slow model', reply(408, 'ModelTimeoutException', 'x'), 'timeout'],
    ['a failing model', reply(424, 'ModelErrorException', 'x'), 'server_error'],
    [
      'what the model wrote',
      reply(424, 'ModelErrorException', 'Model produced invalid sequence as part of ToolUse.'),
      'model_output_invalid',
    ],
    [
      'a throttle',
      reply(429, 'ThrottlingException', 'Too many tokens, please wait before trying again.'),
      'rate_limited',
    ],
    [
      'a day’s quota',
      reply(429, 'ThrottlingException', 'Too many tokens per day, please wait before trying again.'),
      'quota_exhausted',
    ],
    ['a cold model', reply(429, 'ModelNotReadyException', 'x'), 'overloaded'],
    ['a quota', reply(400, 'ServiceQuotaExceededException', 'x'), 'rate_limited'],
    ['a failure of its own', reply(500, 'InternalServerException', 'x'), 'server_error'],
    ['no capacity', reply(503, 'ServiceUnavailableException', 'x'), 'overloaded'],
    [
      'a type that stands in the body',
      {
        status: 403,
        type: null,
        body: { __type: 'com.amazon.coral.service#ExpiredTokenException', message: 'x' },
      },
      'auth',
    ],
  ])('about %s has its class', (_what, given, cls) => {
    expect(classify(given).class).toBe(cls);
  });

  it('never repeats a part of its credential', () => {
    const message = `Expected POST x-amz-security-token:FwoGZXIvYXdzEBY with ${SECRET} by AKIAIOSFODNN7EXAMPLE, Signature=${'0a'.repeat(32)}`;
    const failure = classify(
      reply(403, 'InvalidSignatureException', message),
      `AKIAIOSFODNN7EXAMPLE:${SECRET}`,
    );
    for (const part of ['FwoGZ', 'wJalr', 'AKIA', '0a0a']) expect(failure.message).not.toContain(part);
  });
});
