import { anthropicDialect } from './anthropic/dialect.ts';
import { bedrockDialect } from './bedrock/dialect.ts';
import { geminiDialect } from './gemini/dialect.ts';
import { speaksOllama } from './ollama/address.ts';
import { ollamaDialect } from './ollama/dialect.ts';
import { openAiChatDialect } from './openai/chat-dialect.ts';
import { responsesDialect } from './responses/dialect.ts';
import type { ChatFace, Dialect, UpstreamDialect, UpstreamTarget } from './types.ts';

/** What a target is spoken to in, for a client of this face: the client's own dialect wherever the target speaks it. */
export function dialectOf(
  target: Pick<UpstreamTarget, 'kind' | 'model' | 'baseUrl'>,
  face: ChatFace,
): Dialect {
  const { kind } = target;
  switch (kind) {
    case 'openai':
    case 'azure-openai':
      return face === 'responses' ? 'openai-responses' : 'openai-chat';
    case 'openai-compatible':
      return speaksOllama(target.baseUrl) ? 'ollama-chat' : 'openai-chat';
    case 'anthropic':
      return 'anthropic-messages';
    case 'google':
      return 'gemini';
    case 'vertex':
      return target.model.startsWith('claude') ? 'anthropic-messages' : 'gemini';
    case 'bedrock':
      return 'bedrock-converse';
    default:
      return kind satisfies never;
  }
}

/** How requests are written and answers are read in a dialect. */
export function upstreamDialect(dialect: Dialect): UpstreamDialect {
  return DIALECTS[dialect];
}

const DIALECTS: Readonly<Record<Dialect, UpstreamDialect>> = {
  'openai-chat': openAiChatDialect,
  'anthropic-messages': anthropicDialect,
  'openai-responses': responsesDialect,
  gemini: geminiDialect,
  'bedrock-converse': bedrockDialect,
  'ollama-chat': ollamaDialect,
};
