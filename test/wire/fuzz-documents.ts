import type { ChatFace, Dialect } from '#lib/wire/types.ts';

/** One of each kind of document that comes in, with nearly every field that is read. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Members = { [key: string]: Json };

const TOOL_SCHEMA: Json = { type: 'object', properties: { x: { type: 'array', items: { type: 'number' } } } };
const PNG = 'data:image/png;base64,AAAA';
const PDF = 'data:application/pdf;base64,AAAA';

export const REQUESTS: Readonly<Record<ChatFace, Json>> = {
  chat: {
    model: 'm',
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: 5,
    temperature: 1.5,
    top_p: 0.5,
    stop: ['a'],
    seed: 3,
    user: 'u',
    n: 1,
    reasoning_effort: 'low',
    parallel_tool_calls: false,
    tool_choice: { type: 'function', function: { name: 'f' } },
    response_format: {
      type: 'json_schema',
      json_schema: { name: 's', schema: TOOL_SCHEMA, strict: true },
    },
    tools: [
      { type: 'function', function: { name: 'f', description: 'd', parameters: TOOL_SCHEMA, strict: true } },
    ],
    messages: [
      { role: 'system', content: 's' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 't' },
          { type: 'image_url', image_url: { url: PNG, detail: 'low' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: PDF } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x":[1]}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'r' },
      { role: 'user', content: 'again' },
    ],
  },
  responses: {
    model: 'm',
    stream: true,
    max_output_tokens: 50,
    instructions: 'i',
    temperature: 0.3,
    store: false,
    reasoning: { effort: 'high', summary: 'auto' },
    text: { format: { type: 'json_schema', name: 's', schema: TOOL_SCHEMA, strict: true } },
    tools: [{ type: 'function', name: 'f', description: 'd', parameters: TOOL_SCHEMA, strict: true }],
    tool_choice: { type: 'function', name: 'f' },
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 't' },
          { type: 'input_image', image_url: PNG, detail: 'auto' },
          { type: 'input_file', filename: 'a.pdf', file_data: PDF },
        ],
      },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'x' }],
        encrypted_content: 'e',
      },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'z' }] },
      { type: 'message', role: 'assistant', id: 'msg_1', content: [{ type: 'output_text', text: 'hi' }] },
    ],
  },
  messages: {
    model: 'm',
    stream: true,
    max_tokens: 5000,
    system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }],
    temperature: 1,
    top_k: 3,
    stop_sequences: ['q'],
    thinking: { type: 'enabled', budget_tokens: 2000 },
    metadata: { user_id: 'u' },
    output_config: { effort: 'high', format: { type: 'json_schema', schema: TOOL_SCHEMA } },
    tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
    tools: [{ name: 'f', description: 'd', input_schema: TOOL_SCHEMA }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 't' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          {
            type: 'document',
            source: { type: 'content', content: [{ type: 'text', text: 'c' }] },
            title: 'T',
          },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'h', signature: 'switchyard:unsigned' },
          { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 't1',
            content: [{ type: 'text', text: 'r' }],
            is_error: true,
          },
        ],
      },
    ],
  },
};

const RESPONSE: Members = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'm',
  status: 'completed',
};
const OUTPUT: Json[] = [
  { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }] },
  {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
  },
  { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{"x":[1]}' },
];
const CHAT_USAGE: Json = {
  prompt_tokens: 3,
  completion_tokens: 2,
  total_tokens: 5,
  prompt_tokens_details: { cached_tokens: 1 },
};
const CALLS: Json = [
  { index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x":[1]}' } },
];
const GEMINI_USAGE: Json = { promptTokenCount: 3, candidatesTokenCount: 2, thoughtsTokenCount: 1 };
const GEMINI_PARTS: Json[] = [
  { text: 'Hm', thought: true },
  { text: 'Hi' },
  { functionCall: { name: 'f', args: { x: [1] } }, thoughtSignature: 'sig' },
];

function ollama(message: Members, more: Members): Members {
  return {
    model: 'm',
    created_at: '2026-01-01T00:00:00Z',
    message: { role: 'assistant', ...message },
    ...more,
  };
}

export const WHOLE: Readonly<Record<Dialect, Json>> = {
  'openai-chat': {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi', reasoning_content: 'Hm', tool_calls: CALLS },
        finish_reason: 'tool_calls',
      },
    ],
    usage: CHAT_USAGE,
  },
  'openai-responses': { ...RESPONSE, output: OUTPUT, usage: { input_tokens: 3, output_tokens: 2 } },
  'anthropic-messages': {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'thinking', thinking: 'Hm', signature: 's' },
      { type: 'text', text: 'Hi' },
      { type: 'tool_use', id: 't1', name: 'f', input: { x: [1] } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 3, output_tokens: 2, cache_read_input_tokens: 1 },
  },
  gemini: {
    responseId: 'g',
    modelVersion: 'm',
    candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts: GEMINI_PARTS } }],
    usageMetadata: GEMINI_USAGE,
  },
  'bedrock-converse': {
    output: {
      message: {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm', signature: 's' } } },
          { text: 'Hi' },
          { toolUse: { toolUseId: 't1', name: 'f', input: { x: [1] } } },
        ],
      },
    },
    stopReason: 'tool_use',
    usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
  },
  'ollama-chat': ollama(
    { content: 'Hi', thinking: 'Hm', tool_calls: [{ function: { name: 'f', arguments: { x: [1] } } }] },
    { done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 2 },
  ),
};

const chunk = (delta: Json, finish_reason: string | null): Members => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});
const place: Members = { item_id: 'msg_1', output_index: 0, content_index: 0 };

/** Streams as the JSON of their events; Bedrock's are frames with checksums, which other tests damage. */
export const EVENTS: Readonly<Record<Exclude<Dialect, 'bedrock-converse'>, Json[]>> = {
  'openai-chat': [
    chunk({ role: 'assistant', content: '' }, null),
    chunk({ reasoning_content: 'Hm' }, null),
    chunk({ content: 'Hi' }, null),
    chunk({ tool_calls: CALLS }, null),
    chunk({}, 'tool_calls'),
    { ...chunk({}, null), choices: [], usage: CHAT_USAGE },
  ],
  'openai-responses': [
    { type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [] } },
    {
      type: 'response.output_item.added',
      output_index: 0,
      item: { type: 'message', id: 'msg_1', role: 'assistant', content: [] },
    },
    { type: 'response.content_part.added', ...place, part: { type: 'output_text', text: '' } },
    { type: 'response.output_text.delta', ...place, delta: 'Hi' },
    { type: 'response.output_text.done', ...place, text: 'Hi' },
    { type: 'response.output_item.done', output_index: 0, item: OUTPUT[1] ?? null },
    { type: 'response.output_item.added', output_index: 1, item: OUTPUT[2] ?? null },
    { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 1, delta: '{"x":[1]}' },
    { type: 'response.output_item.done', output_index: 1, item: OUTPUT[2] ?? null },
    { type: 'response.completed', response: { ...RESPONSE, output: OUTPUT, usage: { output_tokens: 2 } } },
  ],
  'anthropic-messages': [
    {
      type: 'message_start',
      message: { id: 'msg_1', model: 'm', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 't', name: 'f', input: {} },
    },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"x":[1]}' } },
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ],
  gemini: [
    { responseId: 'g', modelVersion: 'm', candidates: [{ content: { parts: GEMINI_PARTS.slice(0, 2) } }] },
    {
      responseId: 'g',
      candidates: [{ content: { parts: GEMINI_PARTS.slice(2) }, finishReason: 'STOP' }],
      usageMetadata: GEMINI_USAGE,
    },
  ],
  'ollama-chat': [
    ollama({ content: '', thinking: 'Hm' }, { done: false }),
    ollama({ content: 'Hi' }, { done: false }),
    ollama(
      { content: '', tool_calls: [{ function: { name: 'f', arguments: { x: [1] } } }] },
      { done: false },
    ),
    ollama({ content: '' }, { done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 2 }),
  ],
};

const GOOGLE_DETAILS: Json = [
  { reason: 'API_KEY_INVALID', metadata: { quota_limit: 'x', quota_limit_value: '0' } },
  { violations: [{ quotaId: 'PerDay', quotaValue: '3' }] },
  { retryDelay: '48s' },
];

export const ERRORS: readonly Json[] = [
  { error: { message: 'm', type: 't', param: 'p', code: 'c', innererror: { code: 'x' } } },
  { error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED', details: GOOGLE_DETAILS } },
  { error: { code: 502, message: 'm', metadata: { raw: '{"error":{"message":"x"}}', limit_source: 'x' } } },
  { type: 'error', error: { type: 't', message: 'm', details: { error_code: 'c' } }, request_id: 'r' },
  { object: 'error', message: { detail: [{ loc: ['a', 0], msg: 'b' }] }, type: 't', code: '1' },
  { detail: [{ loc: ['a'], msg: 'b' }] },
  { errors: [{ code: 1, message: 'm' }] },
  [{ error: { code: 400, message: 'm' } }],
];
