/** How far a wait that a record tells in words may be off, ms: the shorter it is, the more exactly it is written. */
export function exactness(waitMs: number): number {
  if (waitMs < 1_000) return 3;
  return waitMs < 10_000 ? 60 : 520;
}
