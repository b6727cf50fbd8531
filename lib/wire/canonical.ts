import type { Failure } from '../engine/types.ts';

/** Why a model stopped, in OpenAI's words. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Token counts as far as they are known. */
export interface CanonicalUsage {
  /** All of the prompt, cached parts included. */
  inputTokens: number | null;
  /** The part of `inputTokens` that was read from a cache. */
  cachedTokens: number | null;
  /** The part of `inputTokens` that was written to a cache. */
  cacheWriteTokens?: number | null;
  outputTokens: number | null;
  /** The part of `outputTokens` that was spent on reasoning. */
  reasoningTokens?: number | null;
}

export type BlockStart =
  | { kind: 'text' }
  | { kind: 'thinking' }
  /** The model declines, in its own words. */
  | { kind: 'refusal' }
  | { kind: 'tool_use'; id: string; name: string }
  /** Something that only its own vendor understands: signatures, server tools. */
  | { kind: 'opaque' };

/** The one event stream between vendors' decoders and the clients' encoders. Blocks are numbered by the vendor. */
export type CanonicalEvent =
  | { type: 'message_start'; id: string; model: string }
  | { type: 'block_start'; index: number; block: BlockStart }
  /** Text, thinking, or a fragment of a tool call's JSON, by the block's kind. */
  | { type: 'block_delta'; index: number; text: string }
  /** What its vendor wants back with a thinking block: a signature or an encrypted form. */
  | { type: 'block_state'; index: number; state: string }
  | { type: 'block_stop'; index: number }
  | { type: 'usage'; usage: CanonicalUsage }
  /** The answer is finished; `sequence` is the stop sequence that ended it, where the vendor says so. */
  | { type: 'stop'; reason: FinishReason; sequence?: string }
  /** Nothing follows. */
  | { type: 'end' }
  | { type: 'ping' }
  | { type: 'malformed' }
  | { type: 'error'; failure: Failure };
