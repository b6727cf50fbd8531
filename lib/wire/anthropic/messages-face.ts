import type { FaceFormat } from '../types.ts';
import { degradedMessage, degradedMessageStream } from './degraded-message.ts';
import { encodeMessage } from './encode-message.ts';
import { MessagesEncoder } from './encode-stream.ts';
import { messagesError, messagesRefusal, messagesStreamError } from './error-body.ts';
import { namedEvent } from './message-parts.ts';
import { parseMessagesRequest } from './messages-request.ts';
import { MessagesPassthrough } from './passthrough-stream.ts';
import { readPassthroughMessage } from './read-passthrough.ts';

/** `POST /v1/messages`. */
export const messagesFace: FaceFormat = {
  face: 'messages',
  dialect: 'anthropic-messages',
  parse: parseMessagesRequest,
  passthrough: () => new MessagesPassthrough(),
  readPassthrough: readPassthroughMessage,
  encoder: (options) => new MessagesEncoder(options),
  encodeWhole: encodeMessage,
  errorBody: messagesError,
  streamError: messagesStreamError,
  degradedBody: messagesRefusal,
  degradedWhole: degradedMessage,
  degradedStream: degradedMessageStream,
  keepAlive: namedEvent({ type: 'ping' }),
  terminator: namedEvent({ type: 'message_stop' }),
  requestIdHeader: 'request-id',
};
