import { crc32 } from 'node:zlib';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import { viewOf } from '../json.ts';

/** One message of AWS's event stream. */
export interface AwsMessage {
  /** Headers whose value is a text, by name: `:message-type`, `:event-type`, `:exception-type`. */
  headers: ReadonlyMap<string, string>;
  body: Uint8Array;
}

const PRELUDE = 12;
const LEAST = 16;
/** AWS's own bounds: 16 MB of payload and 128 kB of headers. */
const MOST = 17 * 1024 * 1024;
const MOST_HEADERS = 128 * 1024;

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/**
 * Cuts bytes into the messages of AWS's event stream, however they are chunked. Lengths are believed only when the prelude's checksum is
 * right, and a message only when its own is: after a wrong one nothing more can be read, and `broken` says so.
 */
export class AwsFrames {
  #parts: Buffer[] = [];
  #size = 0;
  /** Bytes needed before anything can be read. */
  #need = PRELUDE;
  #broken = false;

  get broken(): boolean {
    return this.#broken;
  }

  push(bytes: Uint8Array): AwsMessage[] {
    const messages: AwsMessage[] = [];
    if (this.#broken || bytes.length === 0) return messages;
    this.#parts.push(viewOf(bytes));
    this.#size += bytes.length;
    while (!this.#broken && this.#size >= this.#need) {
      const joined = this.#join();
      const length = lengthOf(joined);
      if (length === null) this.#broken = true;
      else if (this.#size < length) this.#need = length;
      else this.#read(joined, length, messages);
    }
    return messages;
  }

  /** The bytes so far in one piece. Joined once for a prelude and once for a message, so the work stays linear. */
  #join(): Buffer {
    const [first] = this.#parts;
    const joined = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    this.#parts = [joined];
    return joined;
  }

  #read(joined: Buffer, length: number, messages: AwsMessage[]): void {
    const message = decode(joined.subarray(0, length));
    if (message === null) this.#broken = true;
    else messages.push(message);
    this.#size -= length;
    this.#parts = this.#size === 0 ? [] : [joined.subarray(length)];
    this.#need = PRELUDE;
  }
}

/** The length that a prelude gives; null when it cannot be one. */
function lengthOf(bytes: Buffer): number | null {
  const length = bytes.readUInt32BE(0);
  const headers = bytes.readUInt32BE(4);
  if (length < LEAST || length > MOST || headers > MOST_HEADERS || headers > length - LEAST) return null;
  return crc32(bytes.subarray(0, 8)) === bytes.readUInt32BE(8) ? length : null;
}

function decode(bytes: Buffer): AwsMessage | null {
  try {
    const { headers, body } = codec.decode(bytes);
    const texts = Object.entries(headers).flatMap(([name, { type, value }]) =>
      type === 'string' ? [[name, String(value)] as const] : [],
    );
    return { headers: new Map(texts), body };
  } catch {
    // A checksum that does not fit, or headers that are none.
    return null;
  }
}
