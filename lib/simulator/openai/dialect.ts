import {
  ANSWER,
  type Answer,
  type Dialect,
  type Exchange,
  MODELS,
  type Route,
  type StreamBlock,
} from '../dialect.ts';
import { authoriseBearer, openaiCallerFault, openaiStatusFault, serverError } from './errors.ts';
import { readChat } from './request.ts';

const CREATED_SECONDS = 1_715_367_049;

/** OpenAI's chat completions, which compatible vendors speak as well. */
export const openaiDialect: Dialect = {
  route,
  requestIdHeader: 'x-request-id',
  streamType: 'text/event-stream; charset=utf-8',
  authorise: authoriseBearer,
  read: readChat,
  headers: openaiHeaders,
  completion,
  stream,
  models: (models) => ({
    object: 'list',
    data: models.map((id) => ({ id, object: 'model', created: CREATED_SECONDS, owned_by: 'simulated' })),
  }),
  callerFault: openaiCallerFault,
  statusFault: openaiStatusFault,
  frame: event,
  malformedEvent: 'data: {"id":"chatcmpl-broken","object":"chat.completion.chunk","choices":[{"ind\n\n',
  streamError: (requestId) => event({ error: { ...serverError(requestId), param: null, code: null } }),
};

/** Compatible vendors differ in the prefix. */
const PREFIXES = ['', '/v1', '/openai/v1'];

function route(method: string, path: string): Route | null {
  if (method === 'POST' && PREFIXES.some((prefix) => path === `${prefix}/chat/completions`)) return ANSWER;
  return method === 'GET' && PREFIXES.some((prefix) => path === `${prefix}/models`) ? MODELS : null;
}

export function openaiHeaders(requestId: string): Record<string, string> {
  return {
    'x-request-id': requestId,
    'openai-organization': 'org-simulated',
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-limit-tokens': '2000000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-remaining-tokens': '1999900',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-reset-tokens': '3ms',
  };
}

function completion(exchange: Exchange): object {
  const choices = exchange.answers.map((answer, index) => ({
    index,
    message: {
      role: 'assistant',
      content: answer.kind === 'text' ? answer.pieces.join('') : null,
      ...(answer.kind === 'tool' ? { tool_calls: [wholeCall(exchange, answer, index)] } : {}),
      refusal: null,
      annotations: [],
    },
    logprobs: null,
    finish_reason: finishReason(answer),
  }));
  return { ...common(exchange, 'chat.completion'), choices, usage: usage(exchange) };
}

function stream(exchange: Exchange): StreamBlock[] {
  const chunk = (choices: object[], extra: object = {}) =>
    event({
      ...common(exchange, 'chat.completion.chunk'),
      choices,
      ...(exchange.prompt.includeUsage ? { usage: null } : {}),
      ...extra,
    });
  const delta = (index: number, part: object, finish: string | null = null) =>
    chunk([{ index, delta: part, logprobs: null, finish_reason: finish }]);
  const blocks: StreamBlock[] = [];
  exchange.answers.forEach((answer, index) => {
    const opening = { role: 'assistant', content: answer.kind === 'text' ? '' : null, refusal: null };
    blocks.push({ phase: 'opening', bytes: delta(index, opening) });
  });
  for (const [index, part] of interleave(exchange)) {
    blocks.push({ phase: 'content', bytes: delta(index, part) });
  }
  exchange.answers.forEach((answer, index) => {
    blocks.push({ phase: 'closing', bytes: delta(index, {}, finishReason(answer)) });
  });
  if (exchange.prompt.includeUsage) {
    blocks.push({ phase: 'closing', bytes: chunk([], { usage: usage(exchange) }) });
  }
  blocks.push({ phase: 'closing', bytes: 'data: [DONE]\n\n' });
  return blocks;
}

/** The choices' pieces in turn, as several answers arrive in one stream. */
function interleave(exchange: Exchange): [index: number, delta: object][] {
  const lists = exchange.answers.map((answer, index) => deltas(exchange, answer, index));
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => at).flatMap((at) =>
    lists.flatMap((list, index): [number, object][] => {
      const part = list[at];
      return part === undefined ? [] : [[index, part]];
    }),
  );
}

function deltas(exchange: Exchange, answer: Answer, index: number): object[] {
  if (answer.kind === 'text') return answer.pieces.map((content) => ({ content }));
  const call = wholeCall(exchange, answer, index);
  const first = { index: 0, ...call, function: { ...call.function, arguments: '' } };
  const rest = answer.pieces.map((piece) => ({ index: 0, function: { arguments: piece } }));
  return [first, ...rest].map((part) => ({ tool_calls: [part] }));
}

function wholeCall(exchange: Exchange, answer: Extract<Answer, { kind: 'tool' }>, index: number) {
  return {
    id: `call_${exchange.id}${index}`,
    type: 'function',
    function: { name: answer.name, arguments: answer.pieces.join('') },
  };
}

function finishReason(answer: Answer): string {
  if (answer.kind === 'tool') return 'tool_calls';
  return answer.truncated ? 'length' : 'stop';
}

function common(exchange: Exchange, object: string): object {
  return {
    id: `chatcmpl-${exchange.id}`,
    object,
    created: exchange.createdSeconds,
    model: exchange.prompt.model,
    service_tier: 'default',
    system_fingerprint: 'fp_simulated',
  };
}

function usage(exchange: Exchange): object {
  const input = exchange.prompt.inputTokens;
  const output = exchange.answers.reduce((sum, answer) => sum + answer.pieces.length, 0);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}

function event(body: object): string {
  return `data: ${JSON.stringify(body)}\n\n`;
}
