import { afterEach, describe, expect, it } from 'vitest';
import { PassthroughDecoder } from '#lib/wire/openai/passthrough-stream.ts';
import { chunk, DONE } from './support.ts';

const MEGABYTES = 2 * 1024 * 1024;
const stream = Buffer.from(chunk({ content: 'é'.repeat(MEGABYTES / 2) }) + chunk({}, 'stop') + DONE);

const native = {
  indexOf: Buffer.prototype.indexOf,
  copy: Buffer.prototype.copy,
  decode: Buffer.prototype.toString,
};

/** Counts the bytes that native searches, copies and decodings walk over. Plain patches: millions of calls are made. */
function countWork(): { bytes: number } {
  const work = { bytes: 0 };
  Buffer.prototype.indexOf = function (this: Buffer, value: string | number | Uint8Array, from?: unknown) {
    const found: number = Reflect.apply(native.indexOf, this, [value, from]);
    work.bytes += (found === -1 ? this.length : found + 1) - (typeof from === 'number' ? from : 0);
    return found;
  };
  Buffer.prototype.copy = function (this: Buffer, ...args: unknown[]) {
    const copied: number = Reflect.apply(native.copy, this, args);
    work.bytes += copied;
    return copied;
  };
  Buffer.prototype.toString = function (this: Buffer, ...args: unknown[]) {
    work.bytes += this.length;
    return Reflect.apply(native.decode, this, args);
  };
  return work;
}

function stopCounting(): void {
  Buffer.prototype.indexOf = native.indexOf;
  Buffer.prototype.copy = native.copy;
  Buffer.prototype.toString = native.decode;
}

afterEach(stopCounting);

describe('a frame of 2 MB', () => {
  it.each([1, 7, 1000, 64 * 1024])('costs work in proportion to its bytes in chunks of %i', (size) => {
    const work = countWork();
    const decoder = new PassthroughDecoder(1);
    let relayed = 0;
    for (let at = 0; at < stream.length; at += size) {
      for (const frame of decoder.push(stream.subarray(at, at + size))) {
        if ('bytes' in frame) relayed += frame.bytes.length;
      }
    }
    const done = work.bytes;
    stopCounting();
    expect(relayed).toBe(stream.length);
    expect(done).toBeGreaterThan(stream.length);
    expect(done).toBeLessThan(8 * stream.length);
  });
});
