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
}

export const DEFAULT_TUNING: Readonly<Tuning> = Object.freeze({
  graceMs: 250,
  probeGraceMs: 2_000,
  lastResortEveryMs: 1_000,
  reasoningFirstTokenMs: 120_000,
});
