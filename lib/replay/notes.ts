import type { ReplayTally } from '#lib/contract/replay.ts';
import type { Arrival } from './arrivals.ts';
import { failureOf } from './outcomes.ts';
import type { Samples } from './samples.ts';
import type { Splices } from './splices.ts';
import { targetNotes } from './target-notes.ts';
import type { ReplayFlow, ReplayPlan } from './types.ts';
import { many, percent } from './words.ts';

export interface Noted {
  plan: ReplayPlan;
  live: ReplayFlow;
  /** Those that are counted. */
  arrivals: readonly Arrival[];
  unlike: number;
  samples: Samples;
  splices: Splices;
  recorded: ReplayTally;
  /** Of the published policy. */
  liveTally: ReplayTally;
  draftTally: ReplayTally | null;
}

/** What the figures rest on and what cannot be known, in sentences; only what has a bearing on this replay. */
export function notesOf(noted: Noted): string[] {
  if (noted.arrivals.length === 0) return [];
  return [
    ...restNotes(noted),
    ...requestNotes(noted),
    ...targetNotes(noted),
    ...unknownNotes(noted),
    ...costNotes(noted),
  ];
}

function restNotes({ liveTally, draftTally }: Noted): string[] {
  const { recorded, drawn, past, assumed } = (draftTally ?? liveTally).restsOn;
  const whose = draftTally === null ? 'the policy in force' : 'the draft';
  const all = recorded + drawn + past + assumed;
  if (all === 0) return [];
  const rest =
    drawn === 0
      ? ''
      : `; ${many(drawn, 'is', 'are')} taken from what the target did to others at that moment`;
  return [
    `Of ${many(all, 'call')} under ${whose}, ${many(recorded, 'was', 'were')} really made and end as they did${rest}.`,
  ];
}

function requestNotes({ plan, arrivals, unlike }: Noted): string[] {
  const notes: string[] = [];
  const filled = arrivals.filter(({ filled: yes }) => yes).reduce((sum, { weight }) => sum + weight, 0);
  if (filled >= 1) {
    notes.push(
      `${many(Math.round(filled), 'plain answer')} of the primary were not recorded one by one: each is replayed like one that was, nearby.`,
    );
  }
  if (unlike >= 1)
    notes.push(
      `${many(unlike, 'request')} were counted, but none like them was recorded: they are left out.`,
    );
  if (arrivals.some(({ weight }) => weight > 1.001)) {
    notes.push('There are too many requests to replay each: in quiet times one of them stands for several.');
  }
  if (plan.left > 0) {
    const whose =
      plan.left === 1 ? 'whose caller left before the end is' : 'whose callers left before the end are';
    notes.push(`${many(plan.left, 'request')} ${whose} not in it.`);
  }
  const others = arrivals.filter(({ request }) => request.flowVersion !== plan.version).length;
  if (others > 0) {
    notes.push(
      `${percent(others / arrivals.length)} of the requests came under another version of the flow than the one in force now (${plan.version}).`,
    );
  }
  if (plan.world.overrides.some(({ list }) => list.length > 0)) {
    notes.push("Operators' overrides of that time hold in the replay as they did.");
  }
  return notes;
}

function unknownNotes(noted: Noted): string[] {
  const { plan, live, samples, splices, liveTally, draftTally } = noted;
  const { draft } = plan;
  const notes: string[] = [];
  const has = (test: (failure: string, firstTokenMs: number | null) => boolean) =>
    [...samples.byTarget.values()].some((list) =>
      list.some(({ failure, firstTokenMs }) => failure !== null && test(failure.class, firstTokenMs)),
    );
  if (hasLimitsWithoutHint(samples)) {
    notes.push(
      'Where it is not recorded how long a vendor asked to wait after a rate limit, that is worked out from when it was called again.',
    );
  }
  if (
    draft !== null &&
    isMorePatient(draft, live) &&
    has((failure, first) => failure === 'timeout' && first === null)
  ) {
    notes.push(
      'A call that ran out of time is taken to stay silent: what a longer limit would have brought is not known.',
    );
  }
  if (Math.max(liveTally.broken, draftTally?.broken ?? 0, splices.breaks) > 0) {
    notes.push(
      `Whether a broken answer can be gone on with elsewhere is known only where that was tried; others take the share of those (${many(splices.breaks, 'recorded answer')} broke off).`,
    );
  }
  if (draft !== null && hasContentRefusals(noted)) {
    notes.push('Whether another model would have refused the same content is not known: it is taken not to.');
  }
  if (draft !== null) {
    notes.push(
      'A target that would have had more calls is taken to answer as it did with fewer. How good the answers would have been is not looked at.',
    );
  }
  return notes;
}

function costNotes({ plan, recorded, liveTally, draftTally }: Noted): string[] {
  if (plan.world.prices.size === 0) return [];
  const served = [recorded, liveTally, draftTally].flatMap((tally) => tally?.targets ?? []);
  const unpriced = new Set(
    served.flatMap(({ target, answered }) => (answered > 0 && !plan.world.prices.has(target) ? target : [])),
  );
  const notes = [
    'Costs count the tokens that the requests really used; another model counts and writes differently.',
  ];
  if (unpriced.size > 0)
    notes.push(`No prices are known for ${[...unpriced].join(', ')}: those answers are not in the cost.`);
  return notes;
}

function isMorePatient(draft: ReplayFlow, live: ReplayFlow): boolean {
  const [more, less] = [draft.engine.policy, live.engine.policy];
  return more.firstTokenMs > less.firstTokenMs || more.totalMs > less.totalMs;
}

function hasLimitsWithoutHint({ byAttempt }: Samples): boolean {
  return [...byAttempt.keys()].some(
    ({ outcome, retryAfterMs }) => outcome === 'rate_limited' && retryAfterMs === null,
  );
}

function hasContentRefusals({ arrivals }: Noted): boolean {
  return arrivals.some(({ request }) =>
    request.attempts.some(({ outcome }) => failureOf(outcome) === 'content_filtered'),
  );
}
