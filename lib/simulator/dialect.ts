import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from '#lib/contract/simulator.ts';

/** A request as the simulated models see it, whichever vendor's format it came in. */
export interface Prompt {
  model: string;
  stream: boolean;
  /** Text of the last message that is not the assistant's own. */
  text: string;
  /** What the request ends in when the assistant has begun already; empty otherwise. */
  prefill: string;
  inputTokens: number;
  /** null: no limit. */
  maxTokens: number | null;
  /** How many answers were asked for. */
  answers: number;
  /** OpenAI: `stream_options.include_usage`. */
  includeUsage: boolean;
  /** The tool that the answer has to call; null for text. */
  tool: Tool | null;
}

/** A function that the client offered. */
export interface Tool {
  name: string;
  /** Its arguments' JSON schema. */
  schema: unknown;
}

/** What a simulated model says: the pieces arrive one by one in a stream. */
export type Answer =
  | { kind: 'text'; pieces: string[]; truncated: boolean }
  | { kind: 'tool'; name: string; pieces: string[] };

/** Everything that an answer's rendering needs. */
export interface Exchange {
  prompt: Prompt;
  answers: Answer[];
  requestId: string;
  /** A random suffix for message and tool-call ids. */
  id: string;
  createdSeconds: number;
}

/** One server-sent event, or one binary frame. Faults cut between phases: an `opening` block is never content. */
export interface StreamBlock {
  phase: 'opening' | 'content' | 'closing';
  bytes: string | Uint8Array;
}

export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: object;
}

/** Faults that a vendor answers in words of its own, before anything else. */
export type StatusFault = Extract<
  Fault,
  | 'rate_limit'
  | 'rate_limit_no_hint'
  | 'rate_limit_too_big'
  | 'server_error'
  | 'overloaded'
  | 'stream_error'
  | 'gateway_timeout'
  | 'auth'
  | 'permission'
  | 'quota'
  | 'model_not_found'
  | 'context_overflow'
  | 'content_filter'
  | 'unsupported'
  | 'invalid_request'
  | 'payload_too_large'
  | 'model_output'
  | 'prefill_refused'
>;

export interface FaultContext {
  model: string;
  requestId: string;
  retryAfterSeconds: number;
}

/** Faults of the caller. */
export type CallerFault = 'not_found' | 'bad_json' | 'too_large';

/** What a method and a path ask of a vendor. */
export interface Route {
  kind: 'answer' | 'models' | 'count' | 'embed';
  /** Where the path names it. */
  model: string | null;
  /** Where the path says so. */
  stream: boolean | null;
}

/** What a vendor knows when it reads a body. */
export interface Place {
  models: readonly string[];
  requestId: string;
  route: Route;
}

export type ReadPrompt = { ok: true; prompt: Prompt } | { ok: false; reply: HttpReply };

/** One of a vendor's wire formats, as its own servers speak it. */
export interface Dialect {
  /** Null when the path is not one of this format's. */
  route(method: string, path: string): Route | null;
  requestIdHeader: string;
  /** Content type of a streamed answer. */
  streamType: string;
  /** Null when the caller may in. */
  authorise(headers: IncomingHttpHeaders, requestId: string): HttpReply | null;
  read(json: unknown, place: Place): ReadPrompt;
  /** Rate-limit and request headers of a good answer. */
  headers(requestId: string, now: number): Record<string, string>;
  completion(exchange: Exchange): object;
  stream(exchange: Exchange): StreamBlock[];
  models(models: readonly string[]): object;
  /** The whole answer of a `count` or `embed` route. */
  aside?(route: Route, json: unknown, exchange: Exchange): object;
  callerFault(fault: CallerFault, path: string, requestId: string): HttpReply;
  /** A status of 200 is an answer that fails inside: in a stream it is one event. */
  statusFault(fault: StatusFault, context: FaultContext): HttpReply;
  /** One event or frame with this content. */
  frame(body: object): string | Uint8Array;
  /** An event that is not JSON, as a proxy's truncated write leaves it. */
  malformedEvent: string | Uint8Array;
  /** The failure that a vendor reports inside a 200 stream. */
  streamError(requestId: string): string | Uint8Array;
}

/** A route that answers a prompt. */
export const ANSWER: Route = { kind: 'answer', model: null, stream: null };
export const MODELS: Route = { kind: 'models', model: null, stream: null };
