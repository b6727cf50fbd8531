import type { UpstreamDialect } from '../types.ts';
import { encodeAnthropicRequest } from './encode-request.ts';
import { readAnthropicMessage } from './read-message.ts';
import { AnthropicEvents } from './stream.ts';

/** Anthropic's Messages API. */
export const anthropicDialect: UpstreamDialect = {
  dialect: 'anthropic-messages',
  encodeRequest: encodeAnthropicRequest,
  events: () => new AnthropicEvents(),
  readWhole: readAnthropicMessage,
};
