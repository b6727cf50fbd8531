import type { Replay, ReplayTally } from '#lib/contract/replay.ts';
import { formatLatency } from '../ui/format.ts';
import { dollars, sameWait, shareOf, signed, whole } from './figures.ts';
import { countable } from './replay-words.ts';

export interface ReplayCell {
  value: string;
  /** What stands under it, small; null: nothing. */
  detail: string | null;
}

export interface ReplayRow {
  key: string;
  label: string;
  /** Part of the row before it. */
  part: boolean;
  really: ReplayCell;
  live: ReplayCell;
  draft: ReplayCell | null;
  /** Draft against in force, with its sign and, where one is wanted, whether that is better: "+28, better"; null: the same. */
  difference: string | null;
}

interface Figure {
  key: string;
  label: string;
  part?: boolean;
  of: (tally: ReplayTally) => number | null;
  words: (value: number | null, tally: ReplayTally) => string;
  detail?: (tally: ReplayTally) => string | null;
  /** A size of a difference. Default: a count. */
  size?: (difference: number) => string;
  /** Which is better. Default: neither. */
  better?: 'more' | 'less';
}

const count = (value: number | null) => (value === null ? '–' : whole(value));
const wait = (value: number | null) => formatLatency(value);

const FIGURES: readonly Figure[] = [
  {
    key: 'answered',
    label: 'Answered',
    of: ({ answered }) => answered,
    words: (_, tally) => shareOf(tally.answered, countable(tally)),
    detail: ({ answered }) => whole(answered),
    better: 'more',
  },
  { key: 'primary', label: 'by the primary', part: true, of: ({ primary }) => primary, words: count },
  {
    key: 'alternate',
    label: 'by its model elsewhere',
    part: true,
    of: ({ alternate }) => alternate,
    words: count,
  },
  { key: 'backup', label: 'by a backup model', part: true, of: ({ backup }) => backup, words: count },
  { key: 'refused', label: 'Refused', of: ({ refused }) => refused, words: count, better: 'less' },
  { key: 'failed', label: 'Ended in an error', of: ({ failed }) => failed, words: count, better: 'less' },
  { key: 'broken', label: 'Broken streams', of: ({ broken }) => broken, words: count, better: 'less' },
  {
    key: 'p50',
    label: 'Half began within (p50)',
    of: ({ p50Ms }) => p50Ms,
    words: wait,
    size: wait,
    better: 'less',
  },
  {
    key: 'p95',
    label: '95 % began within (p95)',
    of: ({ p95Ms }) => p95Ms,
    words: wait,
    size: wait,
    better: 'less',
  },
  { key: 'calls', label: 'Calls made', of: ({ attempts }) => attempts, words: count },
  {
    key: 'failedCalls',
    label: 'Calls that failed',
    of: ({ failedAttempts }) => failedAttempts,
    words: count,
    better: 'less',
  },
  {
    key: 'cost',
    label: 'Cost',
    of: ({ costUsd }) => costUsd,
    words: (value) => (value === null ? 'not known' : dollars(value)),
    detail: ({ costUsd, costCovers }) => (costUsd === null ? null : `${shareOf(costCovers, 1)} known`),
    size: dollars,
    better: 'less',
  },
];

/** The replay as a table. */
export function replayRows({ recorded, live, draft }: Replay): ReplayRow[] {
  return FIGURES.map((figure) => {
    const cell = (tally: ReplayTally): ReplayCell => ({
      value: figure.words(figure.of(tally), tally),
      detail: figure.detail?.(tally) ?? null,
    });
    return {
      key: figure.key,
      label: figure.label,
      part: figure.part ?? false,
      really: cell(recorded),
      live: cell(live),
      draft: draft === null ? null : cell(draft),
      difference: draft === null ? null : differenceWords(figure, live, draft),
    };
  });
}

function differenceWords({ of, size, better }: Figure, live: ReplayTally, draft: ReplayTally): string | null {
  const [before, after] = [of(live), of(draft)];
  if (before === null || after === null || before === after) return null;
  // Waits that read the same are the same to whoever reads them.
  if (size === wait && sameWait(before, after)) return null;
  if (size === dollars && Math.abs(after - before) < 0.005) return null;
  const words = signed(after - before, size);
  if (better === undefined) return words;
  return `${words}, ${after > before === (better === 'more') ? 'better' : 'worse'}`;
}

export interface TargetCalls {
  target: string;
  really: ReplayCell;
  live: ReplayCell;
  draft: ReplayCell | null;
}

/** Calls by target, those with most calls first. */
export function targetCalls({ recorded, live, draft }: Replay): TargetCalls[] {
  const tallies = draft === null ? [recorded, live] : [recorded, live, draft];
  const slugs = [...new Set(tallies.flatMap(({ targets }) => targets.map(({ target }) => target)))];
  const callsOf = ({ targets }: ReplayTally, slug: string) => targets.find(({ target }) => target === slug);
  const most = (slug: string) => Math.max(...tallies.map((tally) => callsOf(tally, slug)?.attempts ?? 0));
  const cell = (tally: ReplayTally, slug: string): ReplayCell => {
    const calls = callsOf(tally, slug);
    const failed = calls?.failed ?? 0;
    return { value: whole(calls?.attempts ?? 0), detail: failed === 0 ? null : `${whole(failed)} failed` };
  };
  return slugs
    .toSorted((a, b) => most(b) - most(a) || a.localeCompare(b))
    .map((target) => ({
      target,
      really: cell(recorded, target),
      live: cell(live, target),
      draft: draft === null ? null : cell(draft, target),
    }));
}
