import type { JsonObject } from '../json.ts';
import type { DegradedAnswer } from '../types.ts';
import { messageHead, namedEvent } from './message-parts.ts';

const NO_USAGE = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };

/** The flow's graceful text as a normal message, marked degraded. */
export function degradedMessage(answer: DegradedAnswer): JsonObject {
  return {
    switchyard: answer.switchyard,
    ...messageHead(`msg_${answer.id}`, answer.model, NO_USAGE),
    content: [{ type: 'text', text: answer.message }],
    stop_reason: 'end_turn',
  };
}

/** The same as a whole stream. */
export function degradedMessageStream(answer: DegradedAnswer): string {
  const message = messageHead(`msg_${answer.id}`, answer.model, NO_USAGE);
  const events = [
    { type: 'message_start', switchyard: answer.switchyard, message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: answer.message } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: message.usage,
    },
    { type: 'message_stop' },
  ];
  return events.map((event) => namedEvent(event).toString()).join('');
}
