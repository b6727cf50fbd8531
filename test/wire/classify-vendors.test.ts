import { describe, expect, it } from 'vitest';
import { classifyInBand } from '#lib/wire/classify.ts';
import { anthropic, classify, google, openAi } from './replies.ts';

/** Written from what vendors document and users report; a row is a vendor's way to say it. */
type Row = [vendor: string, status: number, body: string | object, headers?: Record<string, string>];

const azure = (code: string, message = 'x'): object => ({ error: { code, message } });
const aws = (name: string): Record<string, string> => ({ 'x-amzn-errortype': `${name}:http://internal/` });
const xai = (code: string, error: string): object => ({ code, error });
const NO_RIGHTS = 'The caller does not have permission to execute the specified operation';
const BAD_ARGUMENT = 'Client specified an invalid argument';

const CONTEXT: Row[] = [
  [
    'Mistral',
    400,
    openAi('Prompt contains 40000 tokens, too large for model with 32768 maximum context length'),
  ],
  [
    'Cohere',
    400,
    { id: 'x', message: 'too many tokens: total number of tokens in the prompt cannot exceed 4081' },
  ],
  ['Nova', 400, { message: 'Input exceeds maximum context' }, aws('ValidationException')],
  ['Together', 422, openAi('`inputs` tokens + `max_new_tokens` must be <= 8193. Given: 8000 and 2048')],
  [
    'vLLM',
    400,
    openAi('The decoder prompt (length 40961) is longer than the maximum model length of 40960.'),
  ],
  ['vLLM without room', 400, openAi('max_tokens must be at least 1, got -200.')],
  ['TGI', 422, { error: '`inputs` must have less than 4096 tokens. Given: 5000', error_type: 'validation' }],
  ['LM Studio', 400, { error: 'The number of tokens to keep is greater than the context length.' }],
  ['MiniMax', 400, openAi('invalid params, context window exceeds limit (2013)')],
  ['Moonshot', 400, openAi('Your request exceeded model token limit: 262144 (requested: 290000)')],
  ['Z.ai', 400, azure('1261', 'Prompt exceeds max length')],
  ['DashScope', 400, openAi('InvalidParameter: Range of input length should be [1, 129024]')],
  ['Copilot', 400, openAi('prompt token count of 130000 exceeds the limit of 128000')],
  ['GitHub Models', 413, azure('tokens_limit_reached', 'Request body too large for the model.')],
  ['Poolside', 400, openAi('Input length 140000 exceeds the maximum allowed input length of 131072 tokens.')],
  [
    'SiliconFlow',
    400,
    { code: 20015, message: 'length of prompt_tokens (140000) must be less than max_seq_len.' },
  ],
  ['LiteLLM', 400, openAi('litellm.ContextWindowExceededError: x', '400')],
  ['embeddings', 400, openAi("Invalid 'input': maximum input length is 8192 tokens.")],
];

const QUOTA: Row[] = [
  ['Google, prepaid', 429, google('RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.')],
  ['Google, cap', 429, google('RESOURCE_EXHAUSTED', 'Your project has exceeded its monthly spending cap.')],
  [
    'Cohere, trial',
    429,
    { message: 'You are using a Trial key, which is limited to 1000 API calls / month.' },
  ],
  ['xAI, no credits', 403, xai(NO_RIGHTS, "Your newly created team doesn't have any credits yet.")],
  ['xAI, spent', 429, xai('Some resource has been exhausted', 'Your team has used all available credits.')],
  ['OpenRouter, key', 403, { error: { code: 403, message: 'Key limit exceeded.' } }],
  ['Ollama cloud', 429, { error: 'you have reached your weekly usage limit, upgrade for higher limits' }],
  ['Moonshot', 429, openAi('Your account is not active', null, 'exceeded_current_quota_error')],
  ['Z.ai', 429, azure('1308', 'Usage limit reached for 5 hour.')],
  [
    'DashScope, unpaid',
    400,
    openAi('Access denied, please make sure your account is in good standing.', 'Arrearage'),
  ],
  ['DashScope, free tier', 403, openAi('The free tier of the model has been exhausted.', null)],
  ['SiliconFlow', 403, { code: 30001, message: 'Sorry, your account balance is insufficient' }],
  ['LiteLLM', 400, openAi('Budget has been exceeded! Current cost: 10.0', '400', 'budget_exceeded')],
  ['watsonx', 403, { errors: [{ code: 'token_quota_reached', message: 'x' }] }],
  ['Cloudflare', 429, { errors: [{ code: 4006, message: 'your daily free allocation is used up' }] }],
  ['Cerebras, day', 429, openAi('Tokens per day limit exceeded.', 'token_quota_exceeded')],
  [
    'Anthropic, any spend limit',
    429,
    anthropic('rate_limit_error', 'x', { error_code: 'some_spend_limit_reached' }),
  ],
];

const RATE: Row[] = [
  [
    'Google without details',
    429,
    google('RESOURCE_EXHAUSTED', 'You exceeded your current quota, please check.'),
  ],
  [
    'Google, in words',
    429,
    google('RESOURCE_EXHAUSTED', 'You exceeded your current quota. Please retry in 48s.'),
  ],
  [
    'Vertex',
    429,
    google('RESOURCE_EXHAUSTED', 'Quota exceeded for aiplatform.googleapis.com/online_requests'),
  ],
  [
    'xAI',
    429,
    xai('Some resource has been exhausted', 'Too many requests for team x. Requests per Second: 9/8'),
  ],
  [
    'OpenAI, day that rolls on',
    429,
    openAi('Rate limit on requests per day. Please try again in 7m12s.', 'rate_limit_exceeded'),
  ],
  ['Cerebras', 429, openAi('Requests per minute limit exceeded.', 'request_quota_exceeded')],
  ['Together', 429, openAi('You have reached the rate limit of this model.', 'model_rate_limit')],
  ['Cloudflare', 429, 'error code: 1015'],
];

const OVERLOADED: Row[] = [
  ['Cerebras', 429, openAi("We're experiencing high traffic right now!", 'queue_exceeded')],
  ['Z.ai', 429, azure('1305', 'The service may be temporarily overloaded, please try again later')],
  ['Moonshot', 429, openAi('x', null, 'engine_overloaded_error')],
  ['Azure', 429, azure('NoCapacity')],
  ['Mistral', 500, openAi('Service unavailable.', '1100', 'unreachable_backend')],
  [
    'Cloudflare',
    429,
    { errors: [{ code: 3040, message: 'Capacity temporarily exceeded, please try again.' }] },
  ],
  ['llama.cpp', 503, openAi('Loading model', null, 'unavailable_error')],
];

const MODEL: Row[] = [
  ['Mistral', 400, openAi('Invalid model: foo', '1500', 'invalid_model')],
  [
    'Perplexity',
    400,
    openAi("Invalid model 'foo'. Permitted models can be found in the documentation.", null),
  ],
  ['Together', 400, openAi('Unable to access non-serverless model foo.', 'model_not_available')],
  ['Azure, retired', 400, azure('ServiceModelDeprecated')],
  ['Foundry', 400, azure('unknown_model', 'Unknown model: x')],
  ['LM Studio', 400, { error: { message: 'No models loaded.' } }],
  ['Z.ai', 400, azure('1211', 'Unknown Model, please check the model code.')],
  ['watsonx', 404, { errors: [{ code: 'model_not_supported', message: 'x' }] }],
  ['Cloudflare', 400, { success: false, errors: [{ code: 5007, message: 'No such model @cf/x or task' }] }],
  ['NVIDIA', 410, { status: 410, title: 'Gone', detail: "The model 'x' has reached its end of life" }],
  ['an address that takes no such call', 405, '<html><title>405 Not Allowed</title></html>'],
];

const AUTH: Row[] = [
  [
    'Gemini through its OpenAI face',
    400,
    [google('INVALID_ARGUMENT', 'Missing or invalid Authorization header.')],
  ],
  ['Google, leaked', 403, google('PERMISSION_DENIED', 'Your API key was reported as leaked.')],
  ['xAI, disabled', 403, xai(NO_RIGHTS, 'The API key xai-x is disabled and can not be used.')],
  ['Cerebras', 401, openAi('Wrong API Key', 'wrong_api_key')],
  ['Groq', 400, openAi('Organization has been restricted.', 'organization_restricted')],
  ['Anthropic', 400, anthropic('invalid_request_error', 'This organization has been disabled.')],
  ['Moonshot', 401, openAi('Invalid Authentication', null, 'invalid_authentication_error')],
];

const PERMISSION: Row[] = [
  ['Azure, role', 401, azure('PermissionDenied', 'The principal lacks the required data action')],
  ['OpenAI, scopes', 401, openAi('You have insufficient permissions for this operation. Missing scopes: x')],
  ['Groq, terms', 400, openAi('The model requires terms acceptance.', 'model_terms_required')],
  [
    'Groq, project',
    403,
    openAi('The model is blocked at the project level.', 'model_permission_blocked_project'),
  ],
  ['xAI', 403, xai(NO_RIGHTS, 'Access to the model grok-x is denied')],
  [
    'Azure, abuse',
    403,
    azure('403', 'Access was temporarily blocked: behavior that may violate our content policy'),
  ],
];

const ACCESS: Row[] = [
  ['OpenAI', 401, openAi('Your IP is not authorized to access this API.', 'ip_not_authorized')],
  ['Azure, network', 403, azure('403', 'Access denied due to Virtual Network/Firewall rules.')],
  ['Azure, region', 403, azure('403', 'This API is blocked in your region.')],
  [
    'Bedrock',
    400,
    { message: 'Access to Anthropic models is not allowed from unsupported countries, regions.' },
  ],
  ['a law', 451, ''],
];

const FILTERED: Row[] = [
  ['xAI', 403, xai(NO_RIGHTS, 'Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO')],
  ['DeepSeek', 400, openAi('Content Exists Risk', 'invalid_request_error')],
  ['Z.ai', 400, azure('1301', 'System detected potentially unsafe or sensitive content in input.')],
  ['DashScope', 400, openAi('Input data may contain inappropriate content.', 'data_inspection_failed')],
  ['OpenAI', 400, openAi('x', 'cyber_policy_violation')],
];

const STATE: Row[] = [
  [
    'OpenAI, call',
    400,
    openAi("Item 'fc_1' of type 'function_call' was provided without its required 'reasoning' item"),
  ],
  [
    'Anthropic, thinking',
    400,
    anthropic(
      'invalid_request_error',
      '`thinking` or `redacted_thinking` blocks in the latest message cannot be modified.',
    ),
  ],
  ['Anthropic, file', 404, anthropic('not_found_error', 'File not found: file_1')],
  ['Anthropic, container', 404, anthropic('not_found_error', 'container_id: container_1 not found')],
  ['Google, signature', 400, google('INVALID_ARGUMENT', 'Corrupted thought signature.')],
  [
    'Google, call',
    400,
    google('INVALID_ARGUMENT', 'Function call is missing a thought_signature in its parts.'),
  ],
  ['Google, cache', 403, google('PERMISSION_DENIED', 'CachedContent not found (or permission denied)')],
  ['OpenAI, file', 404, openAi('No such File object: file-1')],
];

const UNSUPPORTED: Row[] = [
  [
    'Google, system',
    400,
    google('INVALID_ARGUMENT', 'Developer instruction is not enabled for models/gemma'),
  ],
  [
    'Google, tools',
    400,
    google('INVALID_ARGUMENT', "Tool use with a response mime type: 'x' is unsupported"),
  ],
  [
    'Anthropic, window',
    400,
    anthropic('invalid_request_error', 'The long context beta is not yet available for this subscription.'),
  ],
  [
    'Azure',
    400,
    azure('OperationNotSupported', 'The chatCompletion operation does not work with the model.'),
  ],
  ['vLLM, tools', 400, openAi('"auto" tool choice requires --enable-auto-tool-choice to be set')],
  ['vLLM, images', 400, openAi('x is not a multimodal model')],
  [
    'OpenRouter',
    404,
    { error: { code: 404, message: 'No endpoints found that can handle the requested parameters.' } },
  ],
  ['llama.cpp', 501, openAi('This server does not support completions.', null, 'not_supported_error')],
  ['xAI', 400, xai(BAD_ARGUMENT, 'Argument not supported on this model: presencePenalty')],
];

const INVALID: Row[] = [
  ['a field whose name looks like a key', 400, openAi("Invalid parameter 'api_key' in tools[0]")],
  [
    'a tool that speaks of days',
    400,
    openAi("Invalid schema for function 'x': 'requests per day' is not a type"),
  ],
  [
    'an output above the maximum',
    400,
    anthropic(
      'invalid_request_error',
      'max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens',
    ),
  ],
  [
    'a name too long',
    400,
    openAi("Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64"),
  ],
  [
    'an image too large',
    400,
    anthropic('invalid_request_error', 'image exceeds 5 MB maximum: 5800000 bytes'),
  ],
  [
    'Mistral, validation',
    422,
    { object: 'error', message: { detail: [{ loc: ['body', 'foo'], msg: 'Extra inputs' }] } },
  ],
];

describe('what vendors say in their own ways is', () => {
  it.each<[string, Row[]]>([
    ['context_length_exceeded', CONTEXT],
    ['quota_exhausted', QUOTA],
    ['rate_limited', RATE],
    ['overloaded', OVERLOADED],
    ['model_not_found', MODEL],
    ['auth', AUTH],
    ['permission', PERMISSION],
    ['provider_access_denied', ACCESS],
    ['content_filtered', FILTERED],
    ['state_not_portable', STATE],
    ['unsupported_feature', UNSUPPORTED],
    ['invalid_request', INVALID],
    ['timeout', [['Cloudflare', 524, 'error code: 524']]],
    ['server_error', [['a proxy that thinks we left', 499, '']]],
    [
      'model_output_invalid',
      [['OpenAI', 500, openAi('The model produced invalid content.', null, 'model_error')]],
    ],
  ])('%s', (cls, rows) => {
    const found = rows.map(([vendor, status, body, headers]) => [
      vendor,
      classify(status, body, headers).class,
    ]);
    expect(found).toEqual(rows.map(([vendor]) => [vendor, cls]));
  });

  it('told with the place of the fault where the message is a list', () => {
    const message = { detail: [{ loc: ['body', 'foo'], msg: 'Extra inputs', input: 'my secret plan' }] };
    expect(classify(422, { object: 'error', message }).message).toBe('body.foo: Extra inputs');
  });

  it('the same inside a stream, where no status helps', () => {
    const say = (message: string) => classifyInBand({ error: { message } }).class;
    expect(say('Tokens per minute limit exceeded - too many tokens processed.')).toBe('rate_limited');
    expect(say('The model produced invalid content.')).toBe('model_output_invalid');
    expect(say('Something broke')).toBe('server_error');
  });
});
