import type { Frame } from '#lib/wire/types.ts';
import { withoutSecret } from './failures.ts';

/** A provider may repeat the key in an error inside a 200 as well as under a status. */
export function cleanFrames(frames: Frame[], secret: string | null): Frame[] {
  return frames.some(isError) ? frames.map((frame) => cleaned(frame, secret)) : frames;
}

function cleaned(frame: Frame, secret: string | null): Frame {
  return frame.kind === 'error' ? { kind: 'error', failure: withoutSecret(frame.failure, secret) } : frame;
}

function isError({ kind }: Frame): boolean {
  return kind === 'error';
}

/** Bytes that these frames hold for the client. */
export function sizeOf(frames: readonly Frame[]): number {
  return frames.reduce((size, frame) => size + ('bytes' in frame ? frame.bytes.length : 0), 0);
}
