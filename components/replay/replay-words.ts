import type { Replay, ReplayTally } from '#lib/contract/replay.ts';
import { formatLatency } from '../ui/format.ts';
import { dollars, moreOrFewer, sameWait, shareOf, whole } from './figures.ts';

/** What the figures do not say themselves. */
export interface Told {
  /** "the last hour" */
  span: string;
  /** The draft marks the answers of backup models. */
  badge: boolean;
  /** The draft's primary by name; null: the same as in force. */
  otherPrimary: string | null;
}

/** The requests that a policy can do something for: all but the caller's own mistakes. */
export function countable({ answered, refused, failed, broken }: ReplayTally): number {
  return answered + refused + failed + broken;
}

/** What would have happened, a sentence each, the draft against what is in force under the same luck. */
export function replayWords(replay: Replay, told: Told): string[] {
  const { live, draft } = replay;
  const head = requestWords(replay, told.span);
  if (countable(live) === 0) return [head];
  if (draft === null) return [head, ...aloneWords(live)];
  return [
    head,
    answeredWords(live, draft, told),
    ...troubleWords(live, draft),
    ...waitWords(live, draft),
    ...callWords(live, draft),
    ...costWords(live, draft),
  ];
}

function requestWords({ requests, live }: Replay, span: string): string {
  const all = `In ${span}: ${whole(requests)} ${requests === 1 ? 'request' : 'requests'}`;
  const { callerErrors } = live;
  if (callerErrors === 0) return `${all}.`;
  const whose = callerErrors === 1 ? 'a mistake of the caller’s own' : 'mistakes of the callers’ own';
  return `${all}, ${whole(callerErrors)} of them ${whose}: the same under every policy, and not counted below.`;
}

const BY = { primary: 'by the primary', alternate: 'by its model elsewhere', backup: 'by a backup model' };
const ROLES = ['primary', 'alternate', 'backup'] as const;

function answeredWords(live: ReplayTally, draft: ReplayTally, { badge, otherPrimary }: Told): string {
  const more = draft.answered - live.answered;
  const marked = badge ? ', with the badge' : ', without a badge';
  const moved = ROLES.map((role) => ({ role, by: draft[role] - live[role] })).filter(({ by }) => by !== 0);
  const mark = ({ role, by }: (typeof moved)[number]) => (role === 'backup' && by > 0 ? marked : '');
  const now = `What is in force answers ${shareOf(live.answered, countable(live))}`;
  const then =
    more === 0
      ? 'the draft would have answered as many'
      : `the draft would have answered ${shareOf(draft.answered, countable(draft))}: ${moreOrFewer(more)}`;
  const [first] = moved;
  const primary = otherPrimary === null ? '' : ` The draft’s primary is ${otherPrimary}.`;
  if (first === undefined) return `${now}; ${then}, by the same models.${primary}`;
  if (moved.length === 1) {
    const all = Math.abs(more) === 1 ? '' : 'all of them ';
    return `${now}; ${then}, ${all}${BY[first.role]}${mark(first)}.${primary}`;
  }
  const each = moved.map((one) => `${moreOrFewer(one.by)} ${BY[one.role]}${mark(one)}`).join('; ');
  return `${now}; ${then}.${primary} That is ${each}.`;
}

function troubleWords(live: ReplayTally, draft: ReplayTally): string[] {
  const said = [
    { by: draft.refused - live.refused, one: 'request is refused', many: 'requests are refused' },
    { by: draft.failed - live.failed, one: 'request ends in an error', many: 'requests end in an error' },
    { by: draft.broken - live.broken, one: 'stream breaks', many: 'streams break' },
  ].filter(({ by }) => by !== 0);
  if (said.length === 0) return [];
  const words = said.map(({ by, one, many }) => `${moreOrFewer(by)} ${Math.abs(by) === 1 ? one : many}`);
  return [`${words.join(', ')}.`];
}

function waitWords(live: ReplayTally, draft: ReplayTally): string[] {
  if (draft.p50Ms === null || live.p50Ms === null) return [];
  const half = `Half of the answers begin within ${formatLatency(draft.p50Ms)}`;
  const most = formatLatency(draft.p95Ms);
  if (sameWait(draft.p50Ms, live.p50Ms) && sameWait(draft.p95Ms, live.p95Ms))
    return [`${half}, 95 % within ${most}, as in force.`];
  return [
    `${half}${insteadOf(draft.p50Ms, live.p50Ms)}, 95 % within ${most}${insteadOf(draft.p95Ms, live.p95Ms)}.`,
  ];
}

function insteadOf(draft: number | null, live: number | null): string {
  return sameWait(draft, live) ? ' as in force' : ` instead of ${formatLatency(live)}`;
}

function callWords(live: ReplayTally, draft: ReplayTally): string[] {
  const calls = draft.attempts - live.attempts;
  const failing = draft.failedAttempts - live.failedAttempts;
  const noun = (by: number) => (Math.abs(by) === 1 ? 'call' : 'calls');
  const made = calls === 0 ? [] : [`It makes ${moreOrFewer(calls)} ${noun(calls)}`];
  const failed =
    failing === 0
      ? []
      : [`${moreOrFewer(failing)} ${noun(failing)} ${Math.abs(failing) === 1 ? 'fails' : 'fail'}`];
  const words = [...made, ...failed];
  return words.length === 0 ? [] : [`${words.join('; ')}.`];
}

function costWords(live: ReplayTally, draft: ReplayTally): string[] {
  const [before, after] = [live.costUsd, draft.costUsd];
  if (after === null)
    return before === null
      ? []
      : ['What it costs cannot be told: its answers come from targets without prices.'];
  const rests = ` Prices and usage are known of ${shareOf(draft.costCovers, 1)} of its answers.`;
  if (before === null)
    return [`It costs about ${dollars(after)}; what is in force cannot be priced.${rests}`];
  const more = after - before;
  if (Math.abs(more) < 0.005)
    return [`It costs about as much as what is in force (${dollars(after)}).${rests}`];
  return [
    `It costs about ${dollars(Math.abs(more))} ${more > 0 ? 'more' : 'less'} (${dollars(after)} instead of ${dollars(before)}).${rests}`,
  ];
}

/** Of what is in force, with nothing to compare it with. */
function aloneWords(live: ReplayTally): string[] {
  const words = [`What is in force answers ${shareOf(live.answered, countable(live))} when it is replayed.`];
  if (live.p50Ms === null) return words;
  const waits = `Half of the answers begin within ${formatLatency(live.p50Ms)}, 95 % within ${formatLatency(live.p95Ms)}.`;
  return [...words, waits];
}

/** From here on a replay that misses what happened says so by itself, share of the requests. */
const FAR = 0.02;
/** Below it, a miss is luck and says nothing. */
const NEAR = 0.002;

/** How near the replay of what is in force comes to what really happened, and what follows from that. */
export function nearnessWords({ recorded, live, draft }: Replay): string {
  const really = shareOf(recorded.answered, countable(recorded));
  const replayed = shareOf(live.answered, countable(live));
  const waits =
    live.p50Ms === null || recorded.p50Ms === null
      ? ''
      : `, half of them within ${formatLatency(live.p50Ms)}, really ${formatLatency(recorded.p50Ms)}`;
  const near = `Replaying what is in force gives ${replayed} answered, really ${really}${waits}.`;
  const all = Math.max(1, countable(recorded));
  const miss = Math.abs(live.answered - recorded.answered);
  const effect = draft === null ? 0 : Math.abs(draft.answered - live.answered);
  if (draft !== null && effect > 0 && miss >= effect && miss / all >= NEAR)
    return `${near} It misses by as much as the draft changes, or more: take the difference as a hint at most.`;
  if (miss / all >= FAR) return `${near} That is not near: take the figures as a hint at most.`;
  return near;
}

/** Where the outcomes of the calls come from; null: there was no call. */
export function restWords({ restsOn }: ReplayTally, whose: string): string | null {
  const { recorded, drawn, past, assumed } = restsOn;
  const all = recorded + drawn + past + assumed;
  if (all === 0) return null;
  const parts = [
    { count: recorded, words: 'end as they really did' },
    { count: drawn, words: 'as the target treated other requests at that moment' },
    { count: past, words: 'as it did before' },
    { count: assumed, words: 'are assumed, because nothing is known of their target' },
  ].filter(({ count }) => count > 0);
  const said = parts.map(({ count, words }) => `${shareOf(count, all)} ${words}`).join(', ');
  return `What it rests on: of ${whole(all)} ${all === 1 ? 'call' : 'calls'} of ${whose}, ${said}.`;
}
