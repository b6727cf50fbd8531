import type { Noted } from './notes.ts';
import { failureOf } from './outcomes.ts';
import { many, percent } from './words.ts';

/** Fewer calls than this are a thin base. */
const FEW = 20;

/** What is known of the targets that the replayed calls went to. */
export function targetNotes({ plan, samples, liveTally, draftTally }: Noted): string[] {
  const { targets } = draftTally ?? liveTally;
  return targets.flatMap(({ target, attempts }) => {
    if (attempts === 0) return [];
    const known = (samples.byTarget.get(target) ?? []).reduce((sum, { weight }) => sum + weight, 0);
    if (known === 0) return [unknownTarget(target, plan.past)];
    if (known >= FEW || attempts < 2 * known) return [];
    return [
      `Only ${many(Math.round(known), 'call')} of ${target} ${known < 1.5 ? 'is' : 'are'} known from that time; ${many(attempts, 'replayed call')} rest on that.`,
    ];
  });
}

function unknownTarget(target: string, past: Noted['plan']['past']): string {
  const rows = past.filter((row) => row.target === target && row.outcome !== 'aborted');
  const all = rows.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) {
    return `Nobody called ${target} in that time or the day before: it is taken to answer as the flow was answered, which nobody knows.`;
  }
  const good = rows.filter(({ outcome }) => failureOf(outcome) === null);
  const share = good.reduce((sum, { count }) => sum + count, 0) / all;
  return `Nobody called ${target} in that time. Its calls end as those of the day before: ${percent(share)} of ${many(all, 'call')} were answered.`;
}
