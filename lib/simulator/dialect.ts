import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from '#lib/contract/simulator.ts';

/** A request as the simulated models see it, whichever vendor's format it came in. */
export interface Prompt {
  model: string;
  stream: boolean;
  /** Text of the last message. */
  text: string;
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

/** One server-sent event. Faults cut between phases: an `opening` block is never content. */
export interface StreamBlock {
  phase: 'opening' | 'content' | 'closing';
  text: string;
}

export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: object;
}

/** Faults that a vendor answers with a status of their own. */
export type StatusFault = Extract<
  Fault,
  'rate_limit' | 'rate_limit_no_hint' | 'server_error' | 'overloaded' | 'stream_error'
>;

export interface FaultContext {
  model: string;
  requestId: string;
  retryAfterSeconds: number;
}

/** Faults of the caller. */
export type CallerFault = 'not_found' | 'bad_json' | 'too_large';

/** One vendor's wire format, as its own servers speak it. */
export interface Dialect {
  /** Paths of the chat call; compatible vendors differ in the prefix. */
  chatPaths: readonly string[];
  modelPaths: readonly string[];
  requestIdHeader: string;
  /** Null when the caller may in. */
  authorise(headers: IncomingHttpHeaders, requestId: string): HttpReply | null;
  read(
    json: unknown,
    models: readonly string[],
    requestId: string,
  ): { ok: true; prompt: Prompt } | { ok: false; reply: HttpReply };
  /** Rate-limit and request headers of a good answer. */
  headers(requestId: string, now: number): Record<string, string>;
  completion(exchange: Exchange): object;
  stream(exchange: Exchange): StreamBlock[];
  models(models: readonly string[]): object;
  callerFault(fault: CallerFault, path: string, requestId: string): HttpReply;
  statusFault(fault: StatusFault, context: FaultContext): HttpReply;
  /** An event that is not JSON, as a proxy's truncated write leaves it. */
  malformedEvent: string;
  /** The failure that a vendor reports inside a 200 stream. */
  streamError(requestId: string): string;
}
