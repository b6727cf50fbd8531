import type { Adapter, ProviderKind } from '../contract/config.ts';
import type { Usage } from '../contract/records.ts';
import type { Failure, RequestNeeds } from '../engine/types.ts';

/** A client's request, parsed once. `body` stays the exact bytes, so that same-dialect upstreams get them untouched. */
export interface ChatRequest {
  body: Uint8Array;
  /** The parsed body; read only. */
  json: Readonly<Record<string, unknown>>;
  /** The client's `model`. */
  model: string;
  /** Byte offsets of the JSON string token (quotes included) that is the value of the top-level `model`. */
  modelSpan: readonly [start: number, end: number];
  stream: boolean;
  /** `stream_options.include_usage` */
  includeUsage: boolean;
  needs: RequestNeeds;
}

/** Where and how one attempt calls. */
export interface UpstreamTarget {
  kind: ProviderKind;
  baseUrl: string;
  model: string;
  deployment: string | null;
  credential: string | null;
  adapter: Adapter | null;
}

export interface UpstreamRequest {
  /** Absolute. */
  url: string;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/** One piece of an answer on its way to the client, already in the client's format. */
export type Frame =
  /** Role-only deltas and other openings: held back until the commit point, then relayed first. */
  | { kind: 'opening'; bytes: Uint8Array }
  /** Text, reasoning, refusal or a tool delta: the first one commits. */
  | { kind: 'content'; bytes: Uint8Array; reasoning: boolean }
  /** The terminal marker (every choice finished). Errors after it are ignored. */
  | { kind: 'finish'; bytes: Uint8Array }
  /** After the terminal marker or beside it: usage chunks, `[DONE]`. */
  | { kind: 'trailer'; bytes: Uint8Array }
  /** Comments and pings: life for the socket, not progress; not relayed. */
  | { kind: 'alive' }
  /** Not JSON: left out and counted. */
  | { kind: 'malformed' }
  /** The provider reports a failure inside the stream. */
  | { kind: 'error'; failure: Failure };

/** Incremental decoder of one upstream stream into the client's format. Any chunking gives the same frames. */
export interface StreamDecoder {
  push(chunk: Uint8Array): Frame[];
  /** The upstream's end of stream: what was still buffered, and an `error` frame when the terminal marker never came. */
  end(): Frame[];
  /** Last usage seen. */
  usage(): Usage | null;
  /** Model named by the upstream; null before it did. */
  model(): string | null;
}

/** A whole answer that was not streamed. */
export type CompletionResult =
  | { ok: true; bytes: Uint8Array; usage: Usage | null; model: string | null }
  | { ok: false; failure: Failure };
