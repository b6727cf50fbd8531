import { degradedBody, openAiError } from '../openai/error-body.ts';
import type { FaceFormat } from '../types.ts';
import { ResponsesEncoder } from './encode-stream.ts';
import { encodeResponse } from './encode-whole.ts';
import { degradedResponse, degradedResponseStream, responsesStreamError } from './gateway-answers.ts';
import { ResponsesPassthrough } from './passthrough-stream.ts';
import { parseResponsesRequest } from './request.ts';
import { readResponsesCompletion } from './whole.ts';

/** `POST /v1/responses`. */
export const responsesFace: FaceFormat = {
  face: 'responses',
  dialect: 'openai-responses',
  parse: (body) => parseResponsesRequest(body),
  passthrough: () => new ResponsesPassthrough(),
  readPassthrough: readResponsesCompletion,
  encoder: (options) => new ResponsesEncoder(options),
  encodeWhole: encodeResponse,
  errorBody: (error, switchyard) => ({
    ...openAiError(error),
    ...(switchyard === null ? {} : { switchyard }),
  }),
  streamError: (error, switchyard, _requestId, sequence) => responsesStreamError(error, switchyard, sequence),
  degradedBody: (message, switchyard) => ({ ...degradedBody(message, switchyard) }),
  degradedWhole: degradedResponse,
  degradedStream: (answer) => degradedResponseStream(answer),
  keepAlive: Buffer.from(': keep-alive\n\n'),
  terminator: null,
  requestIdHeader: 'x-request-id',
};
