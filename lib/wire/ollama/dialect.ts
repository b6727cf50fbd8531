import type { UpstreamDialect } from '../types.ts';
import { encodeOllamaRequest } from './encode-request.ts';
import { readOllamaAnswer } from './read-answer.ts';
import { OllamaEvents } from './stream.ts';

/** Ollama's own chat API. */
export const ollamaDialect: UpstreamDialect = {
  dialect: 'ollama-chat',
  encodeRequest: encodeOllamaRequest,
  events: () => new OllamaEvents(),
  readWhole: readOllamaAnswer,
};
