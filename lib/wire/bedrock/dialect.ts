import type { UpstreamDialect } from '../types.ts';
import { encodeConverseRequest } from './encode-request.ts';
import { readConverseAnswer } from './read-answer.ts';
import { BedrockEvents } from './stream.ts';

/** Converse of Amazon Bedrock. */
export const bedrockDialect: UpstreamDialect = {
  dialect: 'bedrock-converse',
  encodeRequest: encodeConverseRequest,
  events: () => new BedrockEvents(),
  readWhole: readConverseAnswer,
};
