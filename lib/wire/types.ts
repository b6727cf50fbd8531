import type { Adapter, ProviderKind } from '../contract/config.ts';
import type { Face, Usage } from '../contract/records.ts';
import type { SwitchyardObject } from '../contract/served-by.ts';
import type { Failure, RequestNeeds } from '../engine/types.ts';
import type { CanonicalEvent } from './canonical.ts';
import type { CanonicalRequest, CanonicalResult, VendorState } from './canonical-request.ts';
import type { JsonObject } from './json.ts';

/** What is spoken on a wire. The faces `chat`, `responses` and `messages` are the first three, seen from the client. */
export type Dialect =
  | 'openai-chat'
  | 'openai-responses'
  | 'anthropic-messages'
  | 'gemini'
  | 'bedrock-converse'
  | 'ollama-chat';

/** The faces whose answers can be streamed and translated. */
export type ChatFace = Exclude<Face, 'embeddings'>;

/** A client's request, parsed once. `body` stays the exact bytes, so that same-dialect upstreams get them untouched. */
export interface ClientRequest {
  face: ChatFace;
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
  /** Client's headers that an upstream of the same dialect is sent as well: `anthropic-version`, `anthropic-beta`. */
  passHeaders: Readonly<Record<string, string>>;
  /** State in it that belongs to one vendor or account; empty for most requests. */
  vendorState: readonly VendorState[];
  /** Worked out at the first call and kept; only translations need it. */
  canonical: () => CanonicalResult;
}

/** Where and how one attempt calls. */
export interface UpstreamTarget {
  kind: ProviderKind;
  baseUrl: string;
  /** The cloud's region, where the vendor needs one (vertex, bedrock); null: none is given. */
  region: string | null;
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
  /** The dialect of the answer. */
  dialect: Dialect;
  /** What was changed or left out for this target, in sentences; empty when nothing was. */
  notes: readonly string[];
  /** Not null: the request must be signed or given a token before it is sent (`authorize.ts` does that). */
  authorization: 'aws-sigv4' | 'google-oauth' | null;
}

/** One piece of an answer on its way to the client, already in the client's format. */
export type Frame =
  /** Role-only deltas and other openings: held back until the commit point, then relayed first. */
  | { kind: 'opening'; bytes: Uint8Array }
  /** Text, reasoning, refusal or a tool delta: the first one commits. */
  | { kind: 'content'; bytes: Uint8Array; reasoning: boolean }
  /** The terminal marker (every choice finished). Errors after it are ignored. `owed`: the dialect's last event follows as a trailer. */
  | { kind: 'finish'; bytes: Uint8Array; owed?: boolean }
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
  /** What the client has been given so far, as far as it can be continued elsewhere; null: it cannot. */
  relayed(): Relayed | null;
  /** Responses: the last sequence number that the client was given, for the error event behind it. */
  sequence?(): number | null;
  /** A continuation: its target is at work, though nothing of it may be new yet. */
  begun?(): boolean;
}

/** An answer that broke off, seen from its client: one text (and perhaps reasoning before it), nothing else. */
export interface Relayed {
  face: ChatFace;
  /** The id and the model that the client has seen. */
  id: string;
  model: string;
  /** Seconds since the epoch; null where the dialect has none. */
  created: number | null;
  /** All of the text that was relayed, exactly; longer texts than 131,072 characters are not kept, and `relayed()` is null. */
  text: string;
  /** Index of the text's block (messages) or output item (responses); 0 for chat. */
  textIndex: number;
  /** Responses: the id of the open item. */
  itemId: string | null;
  /** Responses: the last sequence number. */
  sequence: number | null;
  /**
   * Responses: the items before the text, which the last event repeats. One with `status: incomplete` is still open for the client.
   */
  items?: readonly JsonObject[];
}

/** Bytes of one vendor's stream into canonical events. Any chunking gives the same events; never throws. */
export interface EventSource {
  push(chunk: Uint8Array): CanonicalEvent[];
  /** The upstream's end of stream. Never invents a `stop`. */
  end(): CanonicalEvent[];
  /** Model named by the upstream; null before it did. */
  model(): string | null;
}

/** Canonical events as frames in one face's format. Enforces the rules of frames: one finish or one error, see README. */
export interface FaceEncoder {
  encode(event: CanonicalEvent): Frame[];
  /** The upstream closed: `truncated` when nothing finished the answer. */
  close(): Frame[];
  usage(): Usage | null;
  relayed(): Relayed | null;
  /** See `StreamDecoder.sequence`. */
  sequence?(): number | null;
}

export interface EncoderOptions {
  /** Seconds since the epoch. */
  created: number;
  includeUsage: boolean;
  /** Named until the upstream names its own. */
  model: string;
  /**
   * Goes on with an answer that the client has the beginning of: no opening again, the same id, text goes into the block that
   * is open, `sequence` goes on. null: a new answer.
   */
  continues: Relayed | null;
  /** The client's body, for the dialect whose answers repeat parts of it (Responses); absent: they are given as null. */
  request?: Readonly<Record<string, unknown>>;
}

/** One upstream dialect: request out, answer in. Pure. */
export interface UpstreamDialect {
  dialect: Dialect;
  /** The body for this target, with a note for whatever was adapted or left out; a failure when it cannot be said at all. */
  encodeRequest(request: CanonicalRequest, target: UpstreamTarget): EncodedRequest;
  events(): EventSource;
  /** A whole 200 as the events that its stream would have been, `stop` and `end` included. */
  readWhole(body: Uint8Array): { ok: true; events: CanonicalEvent[] } | { ok: false; failure: Failure };
}

export type EncodedRequest =
  | { ok: true; body: JsonObject; notes: string[] }
  | { ok: false; failure: Failure };

/** An error as the gateway words it, before a face gives it its form. */
export interface FaceError {
  status: number;
  message: string;
  /** OpenAI's `type` or Anthropic's; faces map it where theirs differ. */
  type: string;
  code: string | null;
  param: string | null;
}

export interface DegradedAnswer {
  /** Without a prefix; the face adds its own. */
  id: string;
  /** Seconds since the epoch. */
  created: number;
  /** The flow's slug. */
  model: string;
  message: string;
  switchyard: SwitchyardObject;
}

/** One face that clients call: everything that differs between the dialects on the client's side. Pure. */
export interface FaceFormat {
  face: ChatFace;
  dialect: Dialect;
  /** Reads a body as far as a gateway must understand it; faults are the client's. */
  parse(body: Uint8Array, headers: Readonly<Record<string, string | string[] | undefined>>): ParsedRequest;
  /** Relays a stream of the same dialect byte for byte, judging it. */
  passthrough(request: ClientRequest): StreamDecoder;
  /** Judges a whole 200 of the same dialect; its bytes stay. */
  readPassthrough(body: Uint8Array): CompletionResult;
  encoder(options: EncoderOptions): FaceEncoder;
  /** A whole answer from the events of `readWhole`. */
  encodeWhole(events: readonly CanonicalEvent[], options: EncoderOptions): CompletionResult;
  errorBody(error: FaceError, switchyard: SwitchyardObject | null, requestId: string): JsonObject;
  /** The error event that a broken stream ends with, the face's framing included. `sequence`: the last one that was relayed. */
  streamError(
    error: FaceError,
    switchyard: SwitchyardObject,
    requestId: string,
    sequence: number | null,
  ): Uint8Array;
  degradedBody(message: string, switchyard: SwitchyardObject): JsonObject;
  degradedWhole(answer: DegradedAnswer): JsonObject;
  degradedStream(answer: DegradedAnswer, includeUsage: boolean): string;
  /** Sent while a client waits: a comment, or the dialect's own ping. */
  keepAlive: Uint8Array;
  /** What a clean stream ends with when the upstream did not send it; null: nothing. */
  terminator: Uint8Array | null;
  requestIdHeader: 'x-request-id' | 'request-id';
}

export type ParsedRequest =
  | { ok: true; request: ClientRequest }
  | { ok: false; status: number; message: string; param: string | null };

/** A whole answer that was not streamed. */
export type CompletionResult =
  | { ok: true; bytes: Uint8Array; usage: Usage | null; model: string | null }
  | { ok: false; failure: Failure };
