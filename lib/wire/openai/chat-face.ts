import { asNumber } from '../json.ts';
import { SSE_DONE } from '../sse.ts';
import type { FaceFormat } from '../types.ts';
import { parseChatRequest } from './chat-request.ts';
import { readOpenAiCompletion } from './completion.ts';
import { degradedCompletion, degradedStream } from './degraded-message.ts';
import { ChunkEncoder } from './encode-chunks.ts';
import { encodeCompletion } from './encode-completion.ts';
import { degradedBody, openAiError, streamErrorFrame } from './error-body.ts';
import { PassthroughDecoder } from './passthrough-stream.ts';
import { RepeatDecoder } from './repeat-decoder.ts';

/** `POST /v1/chat/completions`. */
export const chatFace: FaceFormat = {
  face: 'chat',
  dialect: 'openai-chat',
  parse: (body) => parseChatRequest(body),
  passthrough: ({ json }) => {
    const choices = asNumber(json.n) ?? 1;
    return new RepeatDecoder(new PassthroughDecoder(choices));
  },
  readPassthrough: readOpenAiCompletion,
  encoder: (options) => new ChunkEncoder(options),
  encodeWhole: encodeCompletion,
  errorBody: (error, switchyard) => ({
    ...openAiError(error),
    ...(switchyard === null ? {} : { switchyard }),
  }),
  streamError: (error, switchyard) => streamErrorFrame(error, switchyard),
  degradedBody: (message, switchyard) => ({ ...degradedBody(message, switchyard) }),
  degradedWhole: (answer) => ({ ...degradedCompletion(answer) }),
  degradedStream: (answer, includeUsage) => degradedStream(answer, includeUsage),
  keepAlive: Buffer.from(': keep-alive\n\n'),
  terminator: SSE_DONE,
  requestIdHeader: 'x-request-id',
};
