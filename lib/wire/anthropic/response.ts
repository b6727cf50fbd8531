import type { CanonicalUsage } from '../canonical.ts';
import { emptyCompletion, protocolViolation } from '../failures.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import { readJsonAnswer } from '../openai/completion.ts';
import { encodeUsage } from '../openai/encode-usage.ts';
import type { CompletionResult } from '../types.ts';
import { finishReasonOf } from './stop-reason.ts';
import { AnthropicUsage } from './usage.ts';

/** A whole Anthropic message as a `chat.completion`. `created`: seconds since the epoch. */
export function readAnthropicMessage(body: Uint8Array, created: number): CompletionResult {
  const answer = readJsonAnswer(body);
  if (!answer.ok) return answer;
  const message = answer.value;
  const stopReason = asText(message.stop_reason);
  if (message.type !== 'message' || !Array.isArray(message.content) || stopReason === null) {
    return { ok: false, failure: protocolViolation('The answer is not a finished message.') };
  }
  const finish = finishReasonOf(stopReason);
  const blocks = message.content.map((block) => asObject(block) ?? {});
  const usage = usageOf(message.usage);
  const assistant = assistantMessage(blocks);
  if (finish === 'stop' && isEmpty(assistant) && (usage.outputTokens ?? 0) === 0) {
    return { ok: false, failure: emptyCompletion() };
  }
  const completion = {
    id: asText(message.id) ?? 'msg',
    object: 'chat.completion',
    created,
    model: asText(message.model) ?? '',
    choices: [{ index: 0, message: assistant, logprobs: null, finish_reason: finish }],
    usage: encodeUsage(usage),
  };
  return {
    ok: true,
    bytes: Buffer.from(JSON.stringify(completion)),
    usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens },
    model: asText(message.model),
  };
}

interface AssistantMessage {
  role: 'assistant';
  content: string | null;
  refusal: null;
  reasoning_content?: string;
  tool_calls?: object[];
}

function assistantMessage(blocks: readonly JsonObject[]): AssistantMessage {
  const text = joined(blocks, 'text', 'text');
  const thinking = joined(blocks, 'thinking', 'thinking');
  const calls = blocks.filter((block) => block.type === 'tool_use').map(toolCall);
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(thinking === '' ? {} : { reasoning_content: thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function joined(blocks: readonly JsonObject[], type: string, field: string): string {
  return blocks
    .filter((block) => block.type === type)
    .map((block) => asText(block[field]) ?? '')
    .join('');
}

function toolCall(block: JsonObject): object {
  return {
    id: asText(block.id) ?? '',
    type: 'function',
    function: { name: asText(block.name) ?? '', arguments: JSON.stringify(block.input ?? {}) },
  };
}

function isEmpty(message: AssistantMessage): boolean {
  const { content, reasoning_content, tool_calls } = message;
  return asText(content) === null && reasoning_content === undefined && asArray(tool_calls).length === 0;
}

function usageOf(value: unknown): CanonicalUsage {
  const usage = new AnthropicUsage();
  usage.add(value);
  return usage.total();
}
