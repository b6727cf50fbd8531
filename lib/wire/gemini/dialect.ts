import type { UpstreamDialect } from '../types.ts';
import { encodeGeminiRequest } from './encode-request.ts';
import { readGeminiAnswer } from './read-answer.ts';
import { GeminiEvents } from './stream.ts';

/** `generateContent` of the Gemini API and of Vertex. */
export const geminiDialect: UpstreamDialect = {
  dialect: 'gemini',
  encodeRequest: encodeGeminiRequest,
  events: () => new GeminiEvents(),
  readWhole: readGeminiAnswer,
};
