import { describe, expect, it } from 'vitest';
import { anthropic, classify, google, openAi, quota } from './replies.ts';

describe('a failure is classified by', () => {
  it.each([
    ['OpenAI bad key', 401, openAi('Incorrect API key', 'invalid_api_key'), 'auth'],
    ['OpenAI quota', 429, openAi('You exceeded your current quota', 'insufficient_quota'), 'quota_exhausted'],
    [
      'OpenAI quota without a code',
      429,
      openAi('You exceeded your current quota, please check', null),
      'quota_exhausted',
    ],
    ['OpenAI project spend', 429, openAi('x', 'project_spend_limit_exceeded'), 'quota_exhausted'],
    [
      'OpenAI minute limit',
      429,
      openAi('Rate limit reached. Limit 30000, Used 29000, Requested 2000.', 'rate_limit_exceeded', 'tokens'),
      'rate_limited',
    ],
    [
      'OpenAI request above the limit',
      429,
      openAi('Request too large for gpt-x: Limit 30000, Requested 37313.', 'rate_limit_exceeded', 'tokens'),
      'rate_limited_too_big',
    ],
    [
      'Groq request above the limit, as 413',
      413,
      openAi('Limit 6000, Requested 12328', 'rate_limit_exceeded'),
      'rate_limited_too_big',
    ],
    ['OpenAI ramp', 429, openAi('x', 'slow_down'), 'rate_limited'],
    ['OpenAI unknown model on Responses', 400, openAi('x', 'model_not_found'), 'model_not_found'],
    ['OpenAI context', 400, openAi('x', 'context_length_exceeded'), 'context_length_exceeded'],
    ['OpenAI moderation', 400, openAi('x', 'content_policy_violation'), 'content_filtered'],
    [
      'OpenAI region',
      403,
      openAi('Country, region, or territory not supported', 'unsupported_country_region_territory'),
      'provider_access_denied',
    ],
    ['OpenAI foreign state', 400, openAi('x', 'invalid_encrypted_content'), 'state_not_portable'],
    [
      'OpenAI overloaded',
      503,
      openAi('x', 'server_is_overloaded', 'service_unavailable_error'),
      'overloaded',
    ],
    ['Anthropic bad key', 401, anthropic('authentication_error'), 'auth'],
    ['Anthropic permission', 403, anthropic('permission_error'), 'permission'],
    ['Anthropic billing', 402, anthropic('billing_error'), 'quota_exhausted'],
    ['Anthropic rate', 429, anthropic('rate_limit_error'), 'rate_limited'],
    [
      'Anthropic spend limit',
      429,
      anthropic('rate_limit_error', 'x', { error_code: 'enforced_spend_limit_reached' }),
      'quota_exhausted',
    ],
    [
      'Anthropic linked organisation',
      429,
      anthropic('rate_limit_error', 'x', { error_code: 'linked_organization_limit' }),
      'quota_exhausted',
    ],
    ['Anthropic overloaded', 529, anthropic('overloaded_error', 'Overloaded'), 'overloaded'],
    ['Anthropic too large', 413, anthropic('request_too_large'), 'payload_too_large'],
    ['Anthropic timeout', 504, anthropic('timeout_error'), 'timeout'],
    ['Anthropic internal', 500, anthropic('api_error'), 'server_error'],
    ['Google bad key', 400, google('INVALID_ARGUMENT', 'x', [{ reason: 'API_KEY_INVALID' }]), 'auth'],
    ['Google minute', 429, google('RESOURCE_EXHAUSTED', 'x', [quota('TokensPerMinute')]), 'rate_limited'],
    [
      'Google day',
      429,
      google('RESOURCE_EXHAUSTED', 'x', [quota('RequestsPerDayPerProject')]),
      'quota_exhausted',
    ],
    [
      'Google no access',
      429,
      google('RESOURCE_EXHAUSTED', 'x', [quota('RequestsPerMinute', '0')]),
      'permission',
    ],
    [
      'Google shared shortage',
      429,
      google('RESOURCE_EXHAUSTED', 'Resource exhausted. Please try again later.'),
      'overloaded',
    ],
    [
      'Google in an array',
      503,
      [{ error: { code: 503, status: 'UNAVAILABLE', message: 'x' } }],
      'overloaded',
    ],
    ['Azure deployment', 404, { error: { code: 'DeploymentNotFound', message: 'x' } }, 'model_not_found'],
    [
      'Azure capacity',
      429,
      { error: { code: 'RateLimitReached', message: 'The system is experiencing high demand.' } },
      'overloaded',
    ],
    [
      'Azure filter',
      400,
      { error: { code: 'x', message: 'x', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
      'content_filtered',
    ],
    [
      'Groq tool use',
      400,
      { error: { code: 'tool_use_failed', message: 'x', type: 'invalid_request_error' } },
      'model_output_invalid',
    ],
    ['Groq flex', 498, { error: { code: 'capacity_exceeded', message: 'x' } }, 'overloaded'],
    ['Cohere', 400, { id: 'x', message: 'x', error_type: 'TOO_MANY_TOKENS' }, 'context_length_exceeded'],
    ['ModelArts', 404, { error: { error_msg: 'x', error_code: 'model_not_found' } }, 'model_not_found'],
  ])('machine code: %s', (_what, status, body, cls) => {
    expect(classify(status, body).class).toBe(cls);
  });

  it.each([
    [
      'Anthropic credit',
      400,
      anthropic('invalid_request_error', 'Your credit balance is too low to access the API.'),
      'quota_exhausted',
    ],
    [
      'Anthropic usage limit',
      400,
      anthropic('invalid_request_error', 'You have reached your specified workspace API usage limits.'),
      'quota_exhausted',
    ],
    [
      'Anthropic filter',
      400,
      anthropic('invalid_request_error', 'Output blocked by content filtering policy'),
      'content_filtered',
    ],
    [
      'Anthropic context',
      400,
      anthropic('invalid_request_error', 'input length and `max_tokens` exceed context limit: 1 + 2 > 2'),
      'context_length_exceeded',
    ],
    ['xAI bad key as 400', 400, { code: 'x', error: 'Incorrect API key provided: abc' }, 'auth'],
    [
      'Mistral capacity as 429',
      429,
      {
        object: 'error',
        message: 'Service tier capacity exceeded for this model.',
        type: 'invalid_request_error',
        code: '3505',
      },
      'overloaded',
    ],
    ['Mistral key', 401, { detail: 'Unauthorized' }, 'auth'],
    [
      'Google region',
      400,
      {
        error: {
          code: 400,
          status: 'FAILED_PRECONDITION',
          message: 'User location is not supported for the API use.',
        },
      },
      'provider_access_denied',
    ],
    [
      'OpenAI reasoning item',
      400,
      openAi("Item 'rs_1' of type 'reasoning' was provided without its required following item."),
      'state_not_portable',
    ],
    [
      'OpenRouter moderation',
      403,
      { error: { code: 403, message: 'Your input was flagged by moderation' } },
      'content_filtered',
    ],
    [
      'Together context',
      400,
      openAi("Input is longer than the model's context length"),
      'context_length_exceeded',
    ],
    [
      'llama.cpp context as 500',
      500,
      openAi('the request exceeds the available context size', null, 'server_error_x'),
      'context_length_exceeded',
    ],
    [
      'vLLM model',
      400,
      { object: 'error', message: 'The model `x` does not exist.', type: 'BadRequestError', code: 400 },
      'model_not_found',
    ],
    ['OpenAI address', 401, openAi('IP not authorized'), 'provider_access_denied'],
    [
      'OpenRouter features',
      404,
      { error: { code: 404, message: 'No endpoints found that support tool use' } },
      'unsupported_feature',
    ],
    ['tools', 400, openAi('this model does not support tools'), 'unsupported_feature'],
  ])('text: %s', (_what, status, body, cls) => {
    expect(classify(status, body).class).toBe(cls);
  });

  it.each([
    [301, 'protocol_violation'],
    [400, 'invalid_request'],
    [401, 'auth'],
    [402, 'quota_exhausted'],
    [403, 'auth'],
    [404, 'model_not_found'],
    [408, 'timeout'],
    [409, 'server_error'],
    [413, 'payload_too_large'],
    [422, 'invalid_request'],
    [424, 'server_error'],
    [429, 'rate_limited'],
    [498, 'overloaded'],
    [500, 'server_error'],
    [502, 'server_error'],
    [503, 'overloaded'],
    [504, 'timeout'],
    [520, 'server_error'],
    [529, 'overloaded'],
  ])('status %i alone', (status, cls) => {
    for (const body of [
      '',
      '<html><title>Oops</title></html>',
      '{}',
      '[]',
      '{"error":null}',
      '{"error":{}}',
    ]) {
      expect(classify(status, body).class).toBe(cls);
    }
  });
});

describe('the traps', () => {
  it('a throttle that speaks of tokens is no context overflow', () => {
    const body = { message: 'Too many tokens, please wait before trying again.' };
    const type = (name: string): Record<string, string> => ({
      'x-amzn-errortype': `${name}:http://internal/`,
    });
    expect(classify(429, body, type('ThrottlingException')).class).toBe('rate_limited');
    expect(classify(400, body).class).toBe('rate_limited');
    expect(classify(429, { message: 'Too many tokens per day' }, type('ThrottlingException')).class).toBe(
      'quota_exhausted',
    );
    expect(classify(400, { message: 'x' }, type('ServiceQuotaExceededException')).class).toBe('rate_limited');
  });

  it('a 429 echoed in a prompt decides nothing', () => {
    expect(classify(400, openAi('Invalid value for messages[0]: "we saw 429 in the log"')).class).toBe(
      'invalid_request',
    );
  });

  it("OpenRouter's 402 for too much in flight is a throttle", () => {
    const metadata = { limit_source: 'openrouter_in_flight_budget' };
    expect(
      classify(402, { error: { code: 402, message: 'x', metadata } }, { 'retry-after': '3' }),
    ).toMatchObject({
      class: 'rate_limited',
      retryAfterMs: 3000,
    });
  });

  it('a quoted upstream error decides and is told', () => {
    const raw = JSON.stringify(anthropic('overloaded_error', 'Overloaded'));
    const failure = classify(502, {
      error: { code: 502, message: 'Provider returned error', metadata: { raw } },
    });
    expect(failure).toMatchObject({ class: 'overloaded', message: 'Provider returned error: Overloaded' });
  });

  it('a 5xx around a 429 is a rate limit', () => {
    expect(classify(500, { error: { code: 429, message: 'x' } })).toMatchObject({
      class: 'rate_limited',
      status: 500,
    });
  });

  it('JSON is read whatever the content type says', () => {
    expect(
      classify(400, openAi('x', 'context_length_exceeded'), { 'content-type': 'application/octet-stream' })
        .class,
    ).toBe('context_length_exceeded');
  });
});
