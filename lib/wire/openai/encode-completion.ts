import type { CanonicalEvent } from '../canonical.ts';
import { emptyCompletion } from '../failures.ts';
import { type GatheredBlock, gatherAnswer, textOfKind } from '../gathered-answer.ts';
import type { CompletionResult, EncoderOptions } from '../types.ts';
import { encodeUsage } from './encode-usage.ts';

/** A whole answer's events as one `chat.completion`. */
export function encodeCompletion(
  events: readonly CanonicalEvent[],
  options: EncoderOptions,
): CompletionResult {
  const answer = gatherAnswer(events);
  if (!answer.ok) return answer;
  const { blocks, usage, reason } = answer;
  const message = assistantMessage(blocks);
  const empty = blocks.every(({ start, text }) => start.kind !== 'tool_use' && text === '');
  if (reason === 'stop' && empty && (usage.outputTokens ?? 0) === 0) {
    return { ok: false, failure: emptyCompletion() };
  }
  const completion = {
    id: answer.id ?? 'chatcmpl-switchyard',
    object: 'chat.completion',
    created: options.created,
    model: answer.model || options.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: reason }],
    usage: encodeUsage(usage),
  };
  return {
    ok: true,
    bytes: Buffer.from(JSON.stringify(completion)),
    usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens },
    model: answer.model || null,
  };
}

function assistantMessage(blocks: readonly GatheredBlock[]): object {
  const text = textOfKind(blocks, 'text');
  const refusal = textOfKind(blocks, 'refusal');
  const thinking = textOfKind(blocks, 'thinking');
  const calls = blocks.flatMap(toolCall);
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(thinking === '' ? {} : { reasoning_content: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toolCall({ start, text }: GatheredBlock): object[] {
  if (start.kind !== 'tool_use') return [];
  const { id, name } = start;
  return [{ id, type: 'function', function: { name, arguments: text === '' ? '{}' : text } }];
}
