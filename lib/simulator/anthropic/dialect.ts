import {
  ANSWER,
  type Answer,
  type Dialect,
  type Exchange,
  MODELS,
  type Route,
  type StreamBlock,
} from '../dialect.ts';
import { anthropicCallerFault, anthropicStatusFault, authoriseAnthropic } from './errors.ts';
import { readMessages } from './request.ts';

/** Anthropic's Messages API. */
export const anthropicDialect: Dialect = {
  route,
  requestIdHeader: 'request-id',
  streamType: 'text/event-stream; charset=utf-8',
  authorise: authoriseAnthropic,
  read: readMessages,
  headers: (requestId, now) => {
    const reset = `${new Date(now).toISOString().slice(0, 19)}Z`;
    return {
      'request-id': requestId,
      'anthropic-organization-id': 'simulated',
      'anthropic-ratelimit-requests-limit': '4000',
      'anthropic-ratelimit-requests-remaining': '3999',
      'anthropic-ratelimit-requests-reset': reset,
      'anthropic-ratelimit-tokens-limit': '2000000',
      'anthropic-ratelimit-tokens-remaining': '1999000',
      'anthropic-ratelimit-tokens-reset': reset,
    };
  },
  completion: (exchange) => ({
    ...message(exchange),
    content: exchange.answers.map((answer) => block(exchange, answer)),
    stop_reason: stopReason(exchange),
    stop_sequence: null,
    usage: usage(exchange, outputTokens(exchange)),
  }),
  stream,
  aside: (_route, _json, exchange) => ({ input_tokens: exchange.prompt.inputTokens }),
  models: (models) => ({
    data: models.map((id) => ({
      type: 'model',
      id,
      display_name: `${id} (simulated)`,
      created_at: '2026-01-01T00:00:00Z',
    })),
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  }),
  callerFault: anthropicCallerFault,
  statusFault: anthropicStatusFault,
  frame: (body) => event({ type: 'error', ...body }),
  malformedEvent: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
  streamError: (requestId) =>
    event({
      type: 'error',
      error: { details: null, type: 'overloaded_error', message: 'Overloaded' },
      request_id: requestId,
    }),
};

function route(method: string, path: string): Route | null {
  if (method === 'POST' && path === '/v1/messages') return ANSWER;
  if (method === 'POST' && path === '/v1/messages/count_tokens') return { ...ANSWER, kind: 'count' };
  return method === 'GET' && path === '/v1/models' ? MODELS : null;
}

function stream(exchange: Exchange): StreamBlock[] {
  const blocks: StreamBlock[] = [];
  const add = (phase: StreamBlock['phase'], body: { type: string; [key: string]: unknown }) =>
    blocks.push({ phase, bytes: event(body) });
  const start = {
    ...message(exchange),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: usage(exchange, 1),
  };
  add('opening', { type: 'message_start', message: start });
  exchange.answers.forEach((answer, index) => {
    const empty =
      answer.kind === 'text' ? { type: 'text', text: '' } : { ...block(exchange, answer), input: {} };
    add('opening', { type: 'content_block_start', index, content_block: empty });
    add('opening', { type: 'ping' });
    for (const piece of answer.pieces) {
      const delta =
        answer.kind === 'text'
          ? { type: 'text_delta', text: piece }
          : { type: 'input_json_delta', partial_json: piece };
      add('content', { type: 'content_block_delta', index, delta });
    }
    add('closing', { type: 'content_block_stop', index });
  });
  add('closing', {
    type: 'message_delta',
    delta: { stop_reason: stopReason(exchange), stop_sequence: null },
    usage: { output_tokens: outputTokens(exchange) },
  });
  add('closing', { type: 'message_stop' });
  return blocks;
}

function message(exchange: Exchange) {
  return {
    id: `msg_${exchange.id}`,
    type: 'message',
    role: 'assistant',
    model: exchange.prompt.model,
  };
}

function block(exchange: Exchange, answer: Answer): object {
  if (answer.kind === 'text') return { type: 'text', text: answer.pieces.join('') };
  return {
    type: 'tool_use',
    id: `toolu_${exchange.id}`,
    name: answer.name,
    input: JSON.parse(answer.pieces.join('')),
  };
}

function stopReason(exchange: Exchange): string {
  const answer = exchange.answers[0];
  if (answer?.kind === 'tool') return 'tool_use';
  return answer?.truncated === true ? 'max_tokens' : 'end_turn';
}

function outputTokens(exchange: Exchange): number {
  return exchange.answers.reduce((sum, answer) => sum + answer.pieces.length, 0);
}

function usage(exchange: Exchange, output: number): object {
  return {
    input_tokens: exchange.prompt.inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: output,
    service_tier: 'standard',
  };
}

function event(body: { type: string; [key: string]: unknown }): string {
  return `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`;
}
