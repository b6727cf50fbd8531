import { asObject, type JsonObject } from '../json.ts';

/** What a delta or message carries: nothing yet, only reasoning, or something for the user. */
export type ContentKind = 'none' | 'reasoning' | 'content';

function filled(value: unknown): boolean {
  return (typeof value === 'string' || Array.isArray(value)) && value.length > 0;
}

/** Judges an OpenAI delta or message, with the fields that other vendors add to it. */
export function contentOf(delta: unknown): ContentKind {
  const part = asObject(delta);
  if (part === null) return 'none';
  if (saysMoreThanText(part)) return 'content';
  if (filled(part.content)) return isThoughtOnly(part.content) ? 'reasoning' : 'content';
  const reasoning =
    filled(part.reasoning_content) || filled(part.reasoning) || filled(part.reasoning_details);
  return reasoning ? 'reasoning' : 'none';
}

/** A refusal, a tool call or audio. */
export function saysMoreThanText(delta: JsonObject): boolean {
  if (filled(delta.refusal) || filled(delta.tool_calls)) return true;
  return asObject(delta.function_call) !== null || asObject(delta.audio) !== null;
}

/** Mistral streams its models' thoughts as parts of the content. */
function isThoughtOnly(content: unknown): boolean {
  return Array.isArray(content) && content.every((part) => asObject(part)?.type === 'thinking');
}

/** Finish reasons with which a vendor says that it failed: OpenRouter and Mistral, Z.ai, DeepSeek, vLLM and SGLang. */
const FAILED: readonly unknown[] = ['error', 'network_error', 'insufficient_system_resource', 'abort'];

export function isFailedFinish(reason: unknown): boolean {
  return FAILED.includes(reason);
}

/** Finish reasons after which an answer without any content is no answer. */
export function isPlainStop(reason: unknown): boolean {
  return reason === 'stop' || reason === 'eos' || reason === 'end_turn';
}
