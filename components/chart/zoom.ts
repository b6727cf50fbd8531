/** A drag across a chart. */
export interface Drag {
  startMs: number;
  endMs: number;
}

/** Shorter drags are clicks. */
const LEAST_BUCKETS = 2;

/** The range that a finished drag asks for; null: it was a click. */
export function zoomOf(drag: Drag | null, stepSeconds: number): { fromMs: number; toMs: number } | null {
  if (drag === null) return null;
  const fromMs = Math.min(drag.startMs, drag.endMs);
  const toMs = Math.max(drag.startMs, drag.endMs);
  return toMs - fromMs >= LEAST_BUCKETS * stepSeconds * 1000 ? { fromMs, toMs } : null;
}
