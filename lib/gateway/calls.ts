import type { Unfit } from '#lib/engine/run-types.ts';
import type { RequestNeeds } from '#lib/engine/types.ts';
import type { Splice } from '#lib/wire/splice.ts';
import type { CompletionResult, StreamDecoder } from '#lib/wire/types.ts';
import type { UpstreamBuilt } from '#lib/wire/upstream-built.ts';
import type { TargetEntry } from './snapshot-index.ts';

/** Asks nothing of a target that not every model has. */
export const NOTHING_SPECIAL: RequestNeeds = Object.freeze({
  tools: false,
  vision: false,
  jsonSchema: false,
});

/** One client request as calls to targets: all that differs between answers, embeddings and counts of tokens. */
export interface Calls {
  needs: RequestNeeds;
  /** Why this target cannot take the request, worked out without calling it; null: it can, or only it can say. */
  unfit: (target: TargetEntry) => Unfit | null;
  /** Why two calls of it must not be out at once; absent: they may. */
  once?: string | null;
  build: (target: TargetEntry) => UpstreamBuilt;
  /** For one streamed answer, never reused; null: the answer comes whole. */
  decoder: ((target: TargetEntry) => StreamDecoder) | null;
  /** The same request where it goes on with an answer that broke off; absent: it cannot. */
  continued?: (mode: Splice['mode']) => Calls;
  /** For a whole answer. */
  readWhole: (target: TargetEntry, body: Uint8Array) => CompletionResult;
}
