import type { Failure } from '../engine/types.ts';
import type { JsonObject } from './json.ts';

/**
 * A client's request without its dialect: what a translation works from. Every face reads its own format into this, every
 * upstream dialect writes its own format from it. Same-dialect calls never come here: their bytes pass.
 */
export interface CanonicalRequest {
  /** System and developer texts in order. */
  system: CanonicalText[];
  /** Alternation is not guaranteed: a dialect that needs it merges neighbours of one role. */
  messages: CanonicalMessage[];
  tools: CanonicalTool[];
  toolChoice: { type: 'auto' | 'none' | 'any' } | { type: 'tool'; name: string } | null;
  /** false: at most one tool call an answer; null: the request does not say. */
  parallelTools: boolean | null;
  maxTokens: number | null;
  temperature: number | null;
  topP: number | null;
  topK: number | null;
  stop: string[];
  seed: number | null;
  presencePenalty: number | null;
  frequencyPenalty: number | null;
  reasoning: { effort: ReasoningEffort | null; budgetTokens: number | null } | null;
  format: { type: 'text' } | { type: 'json' } | CanonicalSchema;
  /** The caller's own id of its user. */
  user: string | null;
  stream: boolean;
  /** The chat face's `stream_options.include_usage`. */
  includeUsage: boolean;
  /** Names of request fields that have no counterpart here, for the notes: `logit_bias`, `metadata`, ... */
  dropped: string[];
  /** Sentences about what reading the request into this form has already changed. */
  notes?: string[];
}

export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

export interface CanonicalText {
  kind: 'text';
  text: string;
}

export interface CanonicalSchema {
  type: 'json_schema';
  name: string;
  description: string | null;
  schema: JsonObject;
  strict: boolean | null;
}

export interface CanonicalTool {
  name: string;
  description: string | null;
  /** JSON Schema of the arguments. */
  parameters: JsonObject;
  strict: boolean | null;
}

export interface CanonicalMessage {
  role: 'user' | 'assistant';
  parts: CanonicalPart[];
}

/** Where an image's or a file's bytes are. `vendor_id` (an uploaded file's id) only means something to its own vendor. */
export type CanonicalSource =
  | { type: 'base64'; mediaType: string; data: string }
  | { type: 'url'; url: string }
  | { type: 'vendor_id'; id: string };

export type CanonicalPart =
  | CanonicalText
  | { kind: 'image'; source: CanonicalSource; detail: string | null }
  | { kind: 'file'; source: CanonicalSource; name: string | null; mediaType: string | null }
  | { kind: 'audio'; format: string; data: string }
  /** `arguments` is JSON text, `{}` when there are none. */
  | { kind: 'tool_call'; id: string; name: string; arguments: string }
  /** Stands in a user message. */
  | { kind: 'tool_result'; callId: string; parts: CanonicalPart[]; isError: boolean }
  /** Reasoning of an earlier turn; with a signature or an encrypted form only its own vendor can take it back. */
  | { kind: 'thinking'; text: string; vendorState: VendorState | null }
  /** A refusal that the model gave in an earlier turn. */
  | { kind: 'refusal'; text: string }
  /** Something that only its own vendor understands. */
  | { kind: 'opaque'; what: string };

/** State that belongs to one vendor or account. */
export interface VendorState {
  /** What it is, in words: `a thinking signature`, `previous_response_id`. */
  what: string;
  /** false: the request makes no sense without it, so it pins the request; true: it may be left out elsewhere, with a note. */
  strippable: boolean;
  /** The id itself where there is one (a response's, a file's): tells which target made it. */
  id: string | null;
}

/** A request as canonical, or the field that has no translation at all. */
export type CanonicalResult = { ok: true; request: CanonicalRequest } | { ok: false; failure: Failure };
