import type { BreakerTransition } from '#lib/contract/breaker-view.ts';

export interface ChartMark {
  atMs: number;
  tone: 'open' | 'probe' | 'carry';
  text: string;
}

const MOST = 12;

/** Breakers' events on a time axis: openings and closings, newest kept when there are too many to read. */
export function breakerMarks(
  transitions: readonly BreakerTransition[],
  fromMs: number,
  toMs: number,
): { marks: ChartMark[]; left: number } {
  const inside = transitions.filter(
    ({ atWallMs, from, to }) =>
      atWallMs >= fromMs &&
      atWallMs <= toMs &&
      ((to === 'open' && from === 'closed') || to === 'derived_open' || to === 'closed'),
  );
  const newest = inside.toSorted((a, b) => b.atWallMs - a.atWallMs).slice(0, MOST);
  return {
    marks: newest.map(({ atWallMs, to, id }) => ({
      atMs: atWallMs,
      tone: to === 'closed' ? 'carry' : 'open',
      text: `${id} ${to === 'closed' ? 'closed' : to === 'open' ? 'opened' : 'presumed down'}`,
    })),
    left: inside.length - newest.length,
  };
}
