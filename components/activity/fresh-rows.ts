/** Rows that are shown, and how many newer ones wait so that nothing moves under the reader. */
export interface FreshSplit<T> {
  shown: readonly T[];
  fresh: number;
}

/** `frontierMs`: the newest instant that the reader has let in; null: nothing is held back. */
export function splitFresh<T extends { atWallMs: number }>(
  rows: readonly T[],
  frontierMs: number | null,
): FreshSplit<T> {
  if (frontierMs === null) return { shown: rows, fresh: 0 };
  const shown = rows.filter((row) => row.atWallMs <= frontierMs);
  return { shown, fresh: rows.length - shown.length };
}
