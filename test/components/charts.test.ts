import { describe, expect, it } from 'vitest';
import { breakerMarks } from '#components/chart/marks.ts';
import { isIsolated, niceMax, prepareChart, summarise, TAIL } from '#components/chart/prepare.ts';
import { sparklinePath, sparklineSummary } from '#components/chart/sparkline-path.ts';
import { stepFor } from '#components/chart/step.ts';
import { stripSegments, stripShares } from '#components/chart/strip-segments.ts';
import { zoomOf } from '#components/chart/zoom.ts';
import { busiest, sharePoints } from '#components/overview/share-points.ts';
import { boundsOf, refreshOf } from '#components/shell/range.ts';
import { formatLatency } from '#components/ui/format.ts';
import { breaker, NOON, transition } from './live-factories.ts';

interface Point {
  t: number;
  v: number | null;
}
const series = [{ key: 'v', label: 'p95', value: (point: Point) => point.v, tone: 'strong' as const }];
const prepare = (points: Point[], nowMs = NOON + 999_000) =>
  prepareChart({ points, series, fromMs: NOON, toMs: NOON + 40_000, stepSeconds: 10, nowMs });

describe('preparing a chart', () => {
  it('draws a missing bucket as a gap, not as zero', () => {
    const { rows } = prepare([
      { t: NOON, v: 1 },
      { t: NOON + 20_000, v: 3 },
    ]);
    expect(rows.map((row) => row.v)).toEqual([1, null, 3, null, null]);
  });

  it('labels both ends of the range that was asked for', () => {
    const { ticks } = prepare([]);
    expect(ticks[0]).toBe(NOON);
    expect(ticks.at(-1)).toBe(NOON + 40_000);
  });

  it('draws the bucket that is still filling apart, joined to the one before', () => {
    const points = [0, 10, 20, 30, 40].map((s) => ({ t: NOON + s * 1000, v: s }));
    const { rows, partial, latest } = prepare(points, NOON + 44_000);
    expect(partial).toBe(true);
    expect(rows.map((row) => row.v)).toEqual([0, 10, 20, 30, null]);
    expect(rows.map((row) => row[`v${TAIL}`] ?? null)).toEqual([null, null, null, 30, 40]);
    expect(latest.v).toBe(30);
  });

  it('knows that there is nothing to draw', () => {
    expect(prepare([]).empty).toBe(true);
    expect(prepare([{ t: NOON, v: 0 }]).empty).toBe(false);
  });

  it('finds a value that would vanish without a dot', () => {
    const { rows } = prepare([{ t: NOON + 20_000, v: 3 }]);
    expect(isIsolated(rows, 2, 'v')).toBe(true);
    expect(isIsolated(rows, 1, 'v')).toBe(false);
  });

  it('says in words where a line went', () => {
    const { rows } = prepare([
      { t: NOON, v: 600 },
      { t: NOON + 10_000, v: 2500 },
      { t: NOON + 20_000, v: 1900 },
    ]);
    expect(summarise(rows, { key: 'v', label: 'p95' }, formatLatency)).toBe(
      'p95 1.90 s, up from 600 ms at the beginning, highest 2.50 s.',
    );
    expect(summarise([], { key: 'v', label: 'p95' }, formatLatency)).toBe('p95: no data in this range.');
  });

  it.each([
    [0.03, 0.05, 0.05],
    [0.6, 0.05, 0.6],
    [1234, 200, 1500],
    [9, 1, 10],
  ])('ends the axis of %d (at least %d) at %d', (max, least, end) => {
    expect(niceMax(max, least)).toBeCloseTo(end);
  });
});

describe('shares over all flows', () => {
  const point = (t: number, count: number, errors: number, degraded = 0) => ({
    t,
    count,
    errors,
    degraded,
    p50: null,
    p95: null,
    p99: null,
    max: null,
    firstTokenP50: null,
    firstTokenP95: null,
  });

  it('sums counts before it divides', () => {
    const all = [
      { key: 'a', outcomes: {}, points: [point(0, 90, 0, 9)] },
      { key: 'b', outcomes: {}, points: [point(0, 10, 10)] },
    ];
    expect(sharePoints(all)).toEqual([{ t: 0, errors: 0.1, degraded: 0.09 }]);
    expect(busiest(all)).toBe('a');
  });

  it('has no share where there were no requests', () => {
    expect(sharePoints([{ key: 'a', outcomes: {}, points: [point(0, 0, 0)] }])[0]?.errors).toBeNull();
    expect(busiest([])).toBeNull();
  });
});

describe('a sparkline', () => {
  it('lifts the pen over what is missing and marks a lone value', () => {
    expect(sparklinePath([10, null, 5, 10], 30, 10)).toBe('M0 0h1M20 5L30 0');
    expect(sparklinePath([], 30, 10)).toBe('');
  });

  it('has its numbers in words', () => {
    expect(sparklineSummary([4, null, 9, 7], 'Calls')).toBe('Calls: 4 at first, 7 now, highest 9.');
    expect(sparklineSummary([null], 'Calls')).toBe('Calls: no data.');
  });
});

describe('the strip of states', () => {
  const edges = [
    transition('a', { atWallMs: NOON + 30_000, from: 'closed', to: 'open' }),
    transition('a', { atWallMs: NOON + 60_000, from: 'open', to: 'half_open' }),
    transition('a', { atWallMs: NOON + 70_000, from: 'half_open', to: 'closed' }),
  ];

  it('has every edge, whatever the order they came in', () => {
    const segments = stripSegments(edges.toReversed(), undefined, NOON, NOON + 100_000);
    expect(segments.map(({ state, fromMs, toMs }) => [state, (toMs - fromMs) / 1000])).toEqual([
      ['closed', 30],
      ['open', 30],
      ['half_open', 10],
      ['closed', 30],
    ]);
    expect(stripShares(segments)).toEqual({ closed: 0.6, open: 0.3, half_open: 0.1, derived_open: 0 });
  });

  it('begins with the state before the range', () => {
    const [first] = stripSegments(edges, undefined, NOON + 40_000, NOON + 100_000);
    expect(first).toMatchObject({ state: 'open', fromMs: NOON + 40_000 });
  });

  it('does not invent a state that nobody knows', () => {
    expect(stripSegments([], undefined, NOON, NOON + 10)[0]?.state).toBeNull();
    expect(stripSegments([], breaker('a'), NOON, NOON + 10)[0]?.state).toBe('closed');
    const young = { state: 'open' as const, sinceWallMs: NOON + 5, why: '', derived: null };
    expect(stripSegments([], young, NOON, NOON + 10)[0]?.state).toBeNull();
  });

  it('does not stretch a state over a restart', () => {
    const opened = transition('a', { atWallMs: NOON + 10, from: 'closed', to: 'open' });
    const again = transition('a', { atWallMs: NOON + 50, from: 'closed', to: 'open' });
    const states = (segments: ReturnType<typeof stripSegments>) => segments.map(({ state }) => state);
    expect(states(stripSegments([opened, again], undefined, NOON, NOON + 60))).toEqual([
      'closed',
      null,
      'open',
    ]);
    const afresh = { state: 'closed' as const, sinceWallMs: NOON + 30, why: '', derived: null };
    expect(states(stripSegments([opened], afresh, NOON, NOON + 60))).toEqual(['closed', 'open', 'closed']);
  });
});

describe('marks of breakers on a time axis', () => {
  it('are openings and closings inside the range', () => {
    const { marks } = breakerMarks(
      [
        transition('a', { atWallMs: NOON + 1 }),
        transition('a', { atWallMs: NOON + 2, from: 'half_open', to: 'open' }),
        transition('a', { atWallMs: NOON + 3, from: 'half_open', to: 'closed' }),
        transition('b', { atWallMs: NOON - 1 }),
      ],
      NOON,
      NOON + 10,
    );
    expect(marks.map((mark) => mark.text)).toEqual(['a closed', 'a opened']);
  });

  it('keep the newest when there are too many, and say how many are left out', () => {
    const many = Array.from({ length: 20 }, (_, n) => transition(`t${n}`, { atWallMs: NOON + n }));
    const { marks, left } = breakerMarks(many, NOON, NOON + 100);
    expect(marks).toHaveLength(12);
    expect(marks[0]?.text).toBe('t19 opened');
    expect(left).toBe(8);
  });
});

describe('ranges', () => {
  it('are cut into round steps, no more than were asked for', () => {
    expect(stepFor(300_000, 90)).toBe(5);
    expect(stepFor(3_600_000, 90)).toBe(60);
    expect(stepFor(7 * 86_400_000, 90)).toBe(7200);
  });

  it('move with the clock when relative and stand still when absolute', () => {
    expect(boundsOf({ kind: 'relative', preset: '5m' }, NOON)).toEqual({
      fromMs: NOON - 300_000,
      toMs: NOON,
    });
    const fixed = { kind: 'absolute', fromMs: 1, toMs: 2, before: '1h' } as const;
    expect(boundsOf(fixed, NOON)).toEqual({ fromMs: 1, toMs: 2 });
    expect(refreshOf(fixed)).toBe(false);
    expect(refreshOf({ kind: 'relative', preset: '7d' })).toBe(60_000);
  });

  it('come from a drag in either direction, and not from a click', () => {
    expect(zoomOf({ startMs: 50_000, endMs: 10_000 }, 10)).toEqual({ fromMs: 10_000, toMs: 50_000 });
    expect(zoomOf({ startMs: 50_000, endMs: 55_000 }, 10)).toBeNull();
    expect(zoomOf(null, 10)).toBeNull();
  });
});
