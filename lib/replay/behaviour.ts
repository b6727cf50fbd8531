import type { EngineTarget } from '#lib/engine/types.ts';
import type { Arrival } from './arrivals.ts';
import { boundFailure } from './bound.ts';
import type { Conduct } from './conduct.ts';
import { toldBy, wasCutShort } from './outcomes.ts';
import { Past } from './past.ts';
import { drawFor, hashOf } from './random.ts';
import type { Sample, Samples } from './samples.ts';
import type { Happening, RecordedAttempt, TargetPast } from './types.ts';

/** A call that was really made stands for one that is made this much earlier or later, ms. */
const SAME_MOMENT_MS = 10_000;
/** Part of a streamed answer's time that passes before its first content, where no stream tells. */
const FIRST_TOKEN_SHARE = 0.3;
/** An answer of which nothing at all is known, ms. */
const UNKNOWN = { firstTokenMs: 500, endMs: 1_000 };

/** One call that a replay makes. */
export interface ReplayCall {
  arrival: Arrival;
  target: EngineTarget;
  /** Calls that this request has made there before. */
  nth: number;
  /** ms after the request's start. */
  offsetMs: number;
}

/**
 * What the targets do to calls of a replay: what they did to the very same call if it was really made, else what they did to others
 * at that moment. The same question always gets the same answer.
 */
export class Behaviour {
  readonly #seed: number;
  readonly #samples: Samples;
  readonly #past: Past;
  readonly #targets: ReadonlyMap<string, EngineTarget>;
  readonly #conducts: ReadonlyMap<string, Conduct>;
  /** Good answers of the flow in question. */
  readonly #goodOfFlow: readonly Sample[];
  readonly #hashes = new Map<string, number>();

  constructor(
    seed: number,
    samples: Samples,
    conducts: ReadonlyMap<string, Conduct>,
    past: readonly TargetPast[],
    targets: ReadonlyMap<string, EngineTarget>,
    goodOfFlow: readonly Sample[],
  ) {
    this.#seed = seed;
    this.#samples = samples;
    this.#conducts = conducts;
    this.#past = new Past(past);
    this.#targets = targets;
    this.#goodOfFlow = goodOfFlow;
  }

  of(call: ReplayCall): Happening {
    const own = ownAttempt(call);
    if (own === null) return this.#bound(call) ?? this.#drawn(call);
    if (!wasCutShort(own) || this.#samples.byAttempt.has(own)) return this.#recorded(own);
    // It had shown nothing by then, so whatever comes of it comes later.
    return later(this.#drawn(call), own.durationMs);
  }

  #recorded(own: RecordedAttempt): Happening {
    const sample = this.#samples.byAttempt.get(own);
    if (sample !== undefined) return happening('recorded', sample);
    return {
      source: 'recorded',
      failure: toldBy(own),
      firstTokenMs: own.firstTokenMs,
      endMs: own.durationMs,
    };
  }

  #bound({ arrival, target }: ReplayCall): Happening | null {
    const attempt = boundFailure(arrival.request, target, this.#targets);
    return attempt === null ? null : this.#recorded(attempt);
  }

  #drawn(call: ReplayCall): Happening {
    const { arrival, target, offsetMs } = call;
    const { stream } = arrival.request;
    const wallMs = arrival.atWallMs + offsetMs;
    const sample = this.#conducts.get(target.slug)?.at(wallMs, stream, (salt) => this.#luck(call, salt));
    return sample === undefined ? this.#fromPast(call) : fitted(happening('drawn', sample), stream);
  }

  #fromPast(call: ReplayCall): Happening {
    const { target, arrival } = call;
    const { stream } = arrival.request;
    const known = this.#past.draw(target.slug, stream, this.#luck(call, 3), this.#luck(call, 4));
    if (known !== null) return fitted(known, stream);
    // Of the whole time: how slow others were at that moment says nothing about this one.
    const like = this.#goodOfFlow[Math.floor(this.#luck(call, 5) * this.#goodOfFlow.length)];
    const unknown: Happening = { source: 'assumed', failure: null, ...UNKNOWN };
    return fitted(like === undefined ? unknown : happening('assumed', like), stream);
  }

  /** The luck of one call, whatever the policy that makes it. */
  #luck({ arrival, target, nth }: ReplayCall, salt: number): number {
    let hash = this.#hashes.get(target.slug);
    if (hash === undefined) {
      hash = hashOf(target.slug);
      this.#hashes.set(target.slug, hash);
    }
    return drawFor(this.#seed, arrival.key, hash, nth, salt);
  }
}

/** The same call as it was really made; null: it was not, or at quite another moment. */
function ownAttempt({ arrival, target, nth, offsetMs }: ReplayCall): RecordedAttempt | null {
  let left = nth;
  for (const attempt of arrival.request.attempts) {
    if (attempt.target !== target.slug) continue;
    if (left === 0) return Math.abs(attempt.startedMs - offsetMs) <= SAME_MOMENT_MS ? attempt : null;
    left -= 1;
  }
  return null;
}

function happening(source: Happening['source'], sample: Sample): Happening {
  const { failure, firstTokenMs, endMs } = sample;
  return { source, failure, firstTokenMs, endMs };
}

/** A good answer to a stream has a first content. */
function fitted(told: Happening, stream: boolean): Happening {
  if (!stream || told.failure !== null || told.firstTokenMs !== null) return told;
  return { ...told, firstTokenMs: told.endMs * FIRST_TOKEN_SHARE };
}

function later(told: Happening, notBeforeMs: number): Happening {
  const shownMs = told.firstTokenMs ?? told.endMs;
  const byMs = Math.max(0, notBeforeMs + 1 - shownMs);
  const firstTokenMs = told.firstTokenMs === null ? null : told.firstTokenMs + byMs;
  return { ...told, firstTokenMs, endMs: told.endMs + byMs };
}
