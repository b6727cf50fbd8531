import type { Clock } from '#lib/engine/clock.ts';
import type { AttemptContext, AttemptOutcome } from '#lib/engine/run-types.ts';
import type { CompletionResult, Dialect, StreamDecoder, UpstreamTarget } from '#lib/wire/types.ts';
import type { Answer } from './answer.ts';

export type Headers = Record<string, string | string[] | undefined>;

export interface CallParts {
  clock: Clock;
  attempt: AttemptContext;
  kind: UpstreamTarget['kind'];
  /** What the target is spoken to in. */
  dialect: Dialect;
  /** The target's key, kept out of every failure's words. */
  credential: string | null;
  /** null: the answer is not streamed. */
  decoder: StreamDecoder | null;
  /** Commits a stream only once it is complete, so that whatever breaks it can still fail over. */
  hold: boolean;
  readCompletion: (headers: Headers, body: Uint8Array) => CompletionResult;
  /** Called once, with the outcome up to the commit point. */
  settle: (outcome: AttemptOutcome<Answer>) => void;
  /** Called once, when the call holds no connection and no timer any more. */
  released: () => void;
}
