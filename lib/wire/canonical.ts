import type { Failure } from '../engine/types.ts';

/** Why a model stopped, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Token counts as far as they are known. */
export interface CanonicalUsage {
  /** All of the prompt, cached parts included. */
  inputTokens: number | null;
  /** The part of `inputTokens` that was read from a cache. */
  cachedTokens: number | null;
  outputTokens: number | null;
}

export type BlockStart =
  | { kind: 'text' }
  | { kind: 'thinking' }
  | { kind: 'tool_use'; id: string; name: string }
  /** Something that only its own vendor understands: signatures, server tools. */
  | { kind: 'opaque' };

/** The one event stream between vendors' decoders and the clients' encoders. Blocks are numbered by the vendor. */
export type CanonicalEvent =
  | { type: 'message_start'; id: string; model: string }
  | { type: 'block_start'; index: number; block: BlockStart }
  /** Text, thinking, or a fragment of a tool call's JSON, by the block's kind. */
  | { type: 'block_delta'; index: number; text: string }
  | { type: 'block_stop'; index: number }
  | { type: 'usage'; usage: CanonicalUsage }
  /** The answer is finished. */
  | { type: 'stop'; reason: FinishReason }
  /** Nothing follows. */
  | { type: 'end' }
  | { type: 'ping' }
  | { type: 'malformed' }
  | { type: 'error'; failure: Failure };
