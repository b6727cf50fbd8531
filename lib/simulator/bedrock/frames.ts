import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** One frame of an AWS event stream. */
export function eventFrame(type: string, payload: object): Uint8Array {
  return frame({ ':event-type': type, ':message-type': 'event' }, payload);
}

/** A failure inside the stream: the status of the answer stays 200. */
export function exceptionFrame(type: string, message: string): Uint8Array {
  return frame({ ':exception-type': type, ':message-type': 'exception' }, { message });
}

/** Frames of JSON that is cut short inside a whole, well-summed frame. */
export function brokenFrame(type: string): Uint8Array {
  return encode({ ':event-type': type, ':message-type': 'event' }, '{"contentBlockIndex":0,"delta":{"te');
}

function frame(headers: Record<string, string>, payload: object): Uint8Array {
  return encode(headers, JSON.stringify(payload));
}

function encode(headers: Record<string, string>, text: string): Uint8Array {
  const named = Object.entries({ ':content-type': 'application/json', ...headers });
  return codec.encode({
    headers: Object.fromEntries(named.map(([name, value]) => [name, { type: 'string', value }])),
    body: fromUtf8(text),
  });
}
