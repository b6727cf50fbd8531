import type { UpstreamDialect } from '../types.ts';
import { ChatEvents } from './chat-events.ts';
import { encodeChatRequest } from './encode-request.ts';
import { readCompletionEvents } from './read-completion-events.ts';

/** Chat completions: OpenAI, Azure OpenAI, and everything that is compatible with them. */
export const openAiChatDialect: UpstreamDialect = {
  dialect: 'openai-chat',
  encodeRequest: encodeChatRequest,
  events: () => new ChatEvents(),
  readWhole: readCompletionEvents,
};
