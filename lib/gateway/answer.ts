import type { Usage } from '#lib/contract/records.ts';
import type { Failure } from '#lib/engine/types.ts';
import type { Frame, Relayed } from '#lib/wire/types.ts';

/** A committed answer: a whole body, or a stream whose first content is there. Nothing of it has reached the client. */
export type Answer = BodyAnswer | StreamAnswer;

export interface BodyAnswer {
  kind: 'body';
  bytes: Uint8Array;
  usage: Usage | null;
}

/** Takes a committed stream's frames; each call comes from one chunk of the upstream. */
export interface StreamSink {
  frames(frames: readonly Frame[]): void;
  /** The upstream ended, and its decoder has had its say in `frames`. */
  end(): void;
  /** Reset, silence or the deadline; nothing follows. */
  failed(failure: Failure): void;
}

export interface StreamAnswer {
  kind: 'stream';
  /** Hands over what was held back, at once, and everything after it. Call once. */
  attach(sink: StreamSink): void;
  /** The client reads too slowly: stop reading from the upstream. Its silence then counts against nobody. */
  pause(): void;
  resume(): void;
  /** The client has its whole answer; a connection that does not end by itself soon is closed. */
  complete(): void;
  /** Nobody wants the rest. */
  abort(): void;
  usage(): Usage | null;
  /** The last sequence number that was decoded, in the dialect that counts its events; null elsewhere. */
  sequence(): number | null;
  /** What the sink was given, as far as another target could go on with it; null: it could not. */
  relayed(): Relayed | null;
}
