import type { CanonicalEvent } from '../canonical.ts';
import { emptyCompletion } from '../failures.ts';
import { type GatheredBlock, gatherAnswer } from '../gathered-answer.ts';
import { asObject, type JsonObject, parseJson } from '../json.ts';
import type { CompletionResult, EncoderOptions } from '../types.ts';
import { messageBlock, messageHead, wantsThinking } from './message-parts.ts';
import { messageEnd } from './stop-reason.ts';

/** A whole answer's events as one message. */
export function encodeMessage(events: readonly CanonicalEvent[], options: EncoderOptions): CompletionResult {
  const answer = gatherAnswer(events);
  if (!answer.ok) return answer;
  const { blocks, usage, reason, sequence } = answer;
  const said = blocks.some(({ start, text }) => start.kind === 'tool_use' || text !== '');
  if (reason === 'stop' && !said && (usage.outputTokens ?? 0) === 0) {
    return { ok: false, failure: emptyCompletion() };
  }
  const refused = blocks.some(({ start, text }) => start.kind === 'refusal' && text !== '');
  const thinking = wantsThinking(options.request);
  const stop = { type: 'stop' as const, reason, ...(sequence === null ? {} : { sequence }) };
  const message = {
    ...messageHead(answer.id ?? 'msg_switchyard', answer.model || options.model, usage),
    content: blocks.flatMap((block) => encodeBlock(block, thinking) ?? []),
    ...messageEnd(stop, refused),
  };
  return {
    ok: true,
    bytes: Buffer.from(JSON.stringify(message)),
    usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens },
    model: answer.model || null,
  };
}

function encodeBlock({ start, text }: GatheredBlock, thinking: boolean): JsonObject | null {
  if (start.kind === 'tool_use') return { ...messageBlock(start), input: inputOf(text) };
  if (text === '' || (start.kind === 'thinking' && !thinking)) return null;
  return messageBlock(start, text);
}

/** Arguments that were cut short are no JSON, but a message holds an object: the text is kept under one key. */
function inputOf(text: string): JsonObject {
  if (text.trim() === '') return {};
  return asObject(parseJson(text)) ?? { arguments: text };
}
