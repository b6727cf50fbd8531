import { type Behaviour, replies } from './fake-upstream.ts';

/** Behaviours of a provider that speaks Anthropic's Messages API. */

const MODEL = 'claude-sonnet-4-5';

/** A whole message. */
export function message(content: readonly object[], stopReason = 'end_turn'): Behaviour {
  return replies(
    200,
    JSON.stringify({
      id: 'msg_01upstream0001',
      type: 'message',
      role: 'assistant',
      model: MODEL,
      content,
      stop_reason: stopReason,
      stop_sequence: null,
      usage: { input_tokens: 12, output_tokens: 5 },
    }),
    { 'content-type': 'application/json', 'request-id': 'req_of_the_vendor' },
  );
}

export const says = (text: string): Behaviour => message([{ type: 'text', text }]);

/** One event as it stands on the wire. */
export function event(body: { type: string } & Record<string, unknown>): string {
  return `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`;
}

export const BEGIN = event({
  type: 'message_start',
  message: {
    id: 'msg_01upstream0001',
    type: 'message',
    role: 'assistant',
    model: MODEL,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 12, output_tokens: 1 },
  },
});

export const TEXT_BLOCK = event({
  type: 'content_block_start',
  index: 0,
  content_block: { type: 'text', text: '' },
});

export const text = (piece: string): string =>
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece } });

export const END_OF_BLOCK = event({ type: 'content_block_stop', index: 0 });

export const end = (stopReason = 'end_turn'): string =>
  event({
    type: 'message_delta',
    delta: { stop_reason: stopReason, stop_sequence: null },
    usage: { output_tokens: 5 },
  }) + event({ type: 'message_stop' });

/** A tool call in one block. */
export const TOOL_EVENTS: readonly string[] = [
  BEGIN,
  event({
    type: 'content_block_start',
    index: 0,
    content_block: { type: 'tool_use', id: 'toolu_01', name: 'weather', input: {} },
  }),
  event({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'input_json_delta', partial_json: '{"city":' },
  }),
  event({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'input_json_delta', partial_json: '"Oslo"}' },
  }),
  END_OF_BLOCK,
  end('tool_use'),
];

export function anthropicError(
  status: number,
  type: string,
  what: string,
  headers: Record<string, string> = {},
): Behaviour {
  const body = { type: 'error', error: { type, message: what }, request_id: 'req_of_the_vendor' };
  return replies(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}
