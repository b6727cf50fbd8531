import type { BlockStart, CanonicalUsage } from '../canonical.ts';
import { asObject, type JsonObject } from '../json.ts';
import { OWN_SIGNATURE } from './own-thinking.ts';
import { encodeMessagesUsage } from './usage.ts';

/** One event; its name stands apart as well, since Anthropic's clients go by that. */
export function namedEvent(json: { type: string } & JsonObject): Buffer {
  return Buffer.from(`event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`);
}

/** True when the client asked for reasoning: only then does it know what to do with blocks of it. */
export function wantsThinking(request: JsonObject | undefined): boolean {
  const type = asObject(request?.thinking)?.type;
  return type === 'enabled' || type === 'adaptive';
}

/** A message before anything is said in it. */
export function messageHead(id: string, model: string, usage: CanonicalUsage): JsonObject {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: encodeMessagesUsage(usage),
  };
}

/** A block as it opens, or with all that it says; null for what has no place in a message. */
export function messageBlock(block: BlockStart, text = ''): JsonObject | null {
  switch (block.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text };
    case 'thinking':
      return { type: 'thinking', thinking: text, signature: text === '' ? '' : OWN_SIGNATURE };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: {} };
    case 'opaque':
      return null;
    default:
      return block satisfies never;
  }
}

/** What adds a piece to a block of this kind. */
export function messageDelta(block: BlockStart, text: string): JsonObject {
  switch (block.kind) {
    case 'thinking':
      return { type: 'thinking_delta', thinking: text };
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: text };
    default:
      return { type: 'text_delta', text };
  }
}
