/** Numbers of the engine that are not settings; replaceable in tests. All in ms. */
export interface Tuning {
  /** How much later than its limit a call is settled by the engine itself, when its host does not. */
  graceMs: number;
  /** A probe's lease is its limit and this. */
  probeGraceMs: number;
  /** At most one last-resort call per flow in this time. */
  lastResortEveryMs: number;
  /** First-token limit, at least, of targets that reason before they speak. */
  reasoningFirstTokenMs: number;
  /** No attempt starts with less of the request's time left than this, on top of what its target usually needs. */
  deadlineMarginMs: number;
  /** When somebody else is asked beside a probe that says nothing, while its target's usual time is not known. */
  probeFallbackMs: number;
}

export const DEFAULT_TUNING: Readonly<Tuning> = Object.freeze({
  graceMs: 250,
  probeGraceMs: 2_000,
  lastResortEveryMs: 1_000,
  reasoningFirstTokenMs: 120_000,
  deadlineMarginMs: 100,
  probeFallbackMs: 1_000,
});
