/** Steps that fall on round instants, seconds. */
const STEPS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600];

/** The finest round step that gives at most `points` over the range. */
export function stepFor(rangeMs: number, points: number): number {
  const least = rangeMs / 1000 / points;
  return STEPS.find((step) => step >= least) ?? 86_400;
}
