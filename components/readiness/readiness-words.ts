import type { Readiness, ReadinessItem } from '#lib/contract/readiness.ts';
import { plural } from '../ui/format.ts';

/** The word that stands beside an item's sign. */
export const STATE_WORDS: Readonly<Record<ReadinessItem['state'], string>> = {
  ok: 'Ready',
  missing: 'Missing',
  excepted: 'Deliberate',
};

export function missingItems({ items }: Pick<Readiness, 'items'>): ReadinessItem[] {
  return items.filter(({ state }) => state === 'missing');
}

/** "Ready", "Ready, with 1 exception", "2 of 6 missing" */
export function readinessSummary(readiness: Pick<Readiness, 'items'>): string {
  const missing = missingItems(readiness).length;
  if (missing > 0) return `${missing} of ${readiness.items.length} missing`;
  const excepted = readiness.items.filter(({ state }) => state === 'excepted').length;
  return excepted === 0 ? 'Ready' : `Ready, with ${plural(excepted, 'exception')}`;
}

/** Flows that are not ready, each with the first thing that is missing and how many more there are. */
export function notReady(
  all: readonly Readiness[],
): { flow: string; name: string; text: string; more: number }[] {
  return all.flatMap((readiness) => {
    const [first, ...rest] = missingItems(readiness);
    return first === undefined
      ? []
      : [{ flow: readiness.flow, name: readiness.name, text: first.finding, more: rest.length }];
  });
}

/** What was typed as how long callers wait: null for nothing, undefined for what is no such time. */
export function callersWait(typed: number | string): number | null | undefined {
  if (typed === '') return null;
  const seconds = typeof typed === 'number' ? typed : Number(typed);
  return Number.isFinite(seconds) && seconds >= 0.5 && seconds <= 86_400 ? seconds : undefined;
}
