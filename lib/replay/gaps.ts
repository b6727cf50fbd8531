import type { RecordedRequest, SpanCount } from './types.ts';

/** Requests of one flow that its primary answered within a span and that were not recorded one by one. */
export interface Gap {
  startWallMs: number;
  spanSeconds: number;
  flow: string;
  /** The primary of that time. */
  target: string;
  missing: number;
}

const TOLD_LATE_MS = 2_000;

/**
 * What the counts know beyond the records. Only plain successes are sampled when they are recorded, so only those can be missing; a
 * request counts where it ended. `counts` in the order of time.
 */
export function gapsOf(counts: readonly SpanCount[], requests: readonly RecordedRequest[]): Gap[] {
  const byKey = new Map<string, Gap[]>();
  for (const count of counts) {
    if (count.outcome !== 'primary') continue;
    const { startWallMs, spanSeconds, flow, target } = count;
    const key = `${flow}\n${target}`;
    const spans = byKey.get(key) ?? [];
    byKey.set(key, spans);
    const known = spans.at(-1);
    if (known?.startWallMs === startWallMs) known.missing += count.count;
    else spans.push({ startWallMs, spanSeconds, flow, target, missing: count.count });
  }
  for (const request of requests) {
    if (request.outcome !== 'primary') continue;
    const spans = byKey.get(`${request.flow}\n${request.served}`);
    const span = spans === undefined ? undefined : spanNear(spans, request.atWallMs + request.durationMs);
    if (span !== undefined) span.missing -= request.weight;
  }
  return [...byKey.values()].flatMap(settle);
}

/** A second is counted where it began, as far as that is known when it is told. */
function spanNear(spans: readonly Gap[], wallMs: number): Gap | undefined {
  return (
    spanAt(spans, wallMs) ?? spanAt(spans, wallMs - TOLD_LATE_MS) ?? spanAt(spans, wallMs + TOLD_LATE_MS)
  );
}

function spanAt(spans: readonly Gap[], wallMs: number): Gap | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const span = spans[middle];
    if (span !== undefined && span.startWallMs <= wallMs) low = middle + 1;
    else high = middle;
  }
  const span = spans[low - 1];
  return span !== undefined && wallMs < span.startWallMs + span.spanSeconds * 1000 ? span : undefined;
}

/**
 * A request that ends at the edge of a span may be counted in the one beside it. What one span has too many records of is made
 * up for by the spans around it, the nearest first, so that nothing is filled in that has never been.
 */
function settle(spans: readonly Gap[]): Gap[] {
  spans.forEach((span, at) => {
    for (const step of [-1, 1, -2, 2, -3, 3]) {
      const neighbour = spans[at + step];
      if (span.missing >= 0 || neighbour === undefined) continue;
      const moved = Math.min(-span.missing, Math.max(0, neighbour.missing));
      span.missing += moved;
      neighbour.missing -= moved;
    }
  });
  return spans.filter(({ missing }) => missing >= 1);
}
