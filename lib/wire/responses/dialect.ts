import type { UpstreamDialect } from '../types.ts';
import { encodeResponsesRequest } from './encode-request.ts';
import { ResponsesEvents } from './events.ts';
import { readResponsesEvents } from './whole.ts';

/** OpenAI's Responses API. */
export const responsesDialect: UpstreamDialect = {
  dialect: 'openai-responses',
  encodeRequest: encodeResponsesRequest,
  events: () => new ResponsesEvents(),
  readWhole: readResponsesEvents,
};
