import type { Policy } from '#lib/contract/policy.ts';
import { joinWords } from '../ui/format.ts';
import { firstTokenSeconds, type Walk } from './outage-walk.ts';
import type { FailureMode, Place } from './outages.ts';

/** Longest hint that is waited for while somebody else could answer, and while nobody could, s. */
const SHORT_HINT_SECONDS = 2;
const LONG_HINT_SECONDS = 8;

/** "claude-sonnet (Anthropic) answers, with the badge “Answered by backup model”" */
export function answerWords(place: Place | null, policy: Policy): string {
  if (place === null) return refusalWords(policy);
  switch (place.role) {
    case 'primary':
      return `${place.label} answers`;
    case 'alternate':
      return `${place.label} answers, the same model, without a badge`;
    case 'backup':
      return policy.badge.on
        ? `${place.label} answers, with the badge “${policy.badge.text}”`
        : `${place.label} answers, and users are not told`;
    default:
      return place.role satisfies never;
  }
}

/** What a caller gets who is not served. */
export function refusalWords({ degraded }: Policy): string {
  return degraded.as === 'error'
    ? `callers get the error “${degraded.message}” and may try again after ${degraded.retryAfterSeconds} s`
    : `callers get the message “${degraded.message}”, marked as degraded`;
}

/**
 * What happens to a request, from the primary's failure to the answer: what one or two sentences say, still without a capital. `walks`
 * lead to the same end; where they differ in their retries, the last is that of high stakes.
 */
export function walkWords(mode: FailureMode, walks: readonly Walk[], primary: Place, policy: Policy): string {
  const [found] = walks;
  if (found === undefined) return '';
  const { answer, late } = found;
  if (late !== null && answer !== null) {
    const why = late === 'attempts' ? attemptsWords(policy) : timeWords(primary, policy);
    const then = `Once the breakers before it are open, ${answerWords(answer, policy)}`;
    return `${refusalWords(policy)}: ${why}. ${then}`;
  }
  const before = [firstWords(mode, walks, primary, policy), patienceWords(found, policy)].filter(
    (words) => words !== null,
  );
  const then = answerWords(answer, policy);
  return before.length === 0 ? then : `${before.join('; ')}; then ${then}`;
}

function patienceWords({ patience }: Walk, { primaryPatience }: Policy): string | null {
  if (patience === 0) return null;
  const calls = patience === 1 ? 'one more call' : `up to ${patience} more calls`;
  return `its model is given ${calls} within ${primaryPatience.seconds} s`;
}

function attemptsWords({ retry }: Policy): string {
  const { maxAttempts } = retry;
  return `the flow allows ${maxAttempts === 1 ? 'one attempt' : `${maxAttempts} attempts`} a request`;
}

function timeWords(primary: Place, policy: Policy): string {
  const { totalSeconds } = policy.timeouts;
  return `waiting ${firstTokenSeconds(primary, policy)} s for its first token leaves nothing of the ${totalSeconds} s in all`;
}

/** What comes before anybody else is asked; null: nothing. */
function firstWords(
  mode: FailureMode,
  walks: readonly Walk[],
  primary: Place,
  policy: Policy,
): string | null {
  if (mode === 'slow') return `${firstTokenSeconds(primary, policy)} s without a first token`;
  const [retries = 0, high = retries] = walks.map((each) => each.retries);
  if (Math.max(retries, high) === 0) return null;
  const again = `it is asked ${timesWords(retries)}${high === retries ? '' : ` (high stakes: ${timesWords(high)})`}`;
  if (mode === 'server_errors') return again;
  if (mode !== 'rate_limited') return null;
  const hint = walks.every(({ answer }) => answer === null) ? LONG_HINT_SECONDS : SHORT_HINT_SECONDS;
  return `where the vendor says to wait ${hint} s at most, ${again}`;
}

function timesWords(retries: number): string {
  if (retries === 0) return 'no more';
  return retries === 1 ? 'once more' : `again, up to ${retries} times`;
}

/** What else there is to know about a mode; null: nothing. @param lost some callers hear of a model that is gone */
export function noteWords(
  mode: FailureMode,
  walks: readonly Walk[],
  policy: Policy,
  lost: boolean,
): string | null {
  switch (mode) {
    case 'rate_limited': {
      const shared = [...new Set(walks.flatMap((each) => each.shared.map(({ label }) => label)))];
      if (shared.length === 0) return null;
      return `${joinWords(shared)} ${shared.length === 1 ? 'shares' : 'share'} its limit (one account, one model) and ${shared.length === 1 ? 'is' : 'are'} passed over as well.`;
    }
    case 'slow':
      return [hedgeWords(walks, policy), wholeWords(policy)].filter((text) => text !== null).join(' ');
    case 'model_down':
      return lost
        ? 'Where the vendor says that there is no such model, callers get that error instead: only you can mend it.'
        : null;
    case 'server_errors':
    case 'region_out':
    case 'vendor_dark':
      return null;
    default:
      return mode satisfies never;
  }
}

function hedgeWords(walks: readonly Walk[], { hedge }: Policy): string | null {
  const [beside] = walks.flatMap((each) => each.hedge ?? []);
  if (beside === undefined) return null;
  const share = Math.round(hedge.share * 1000) / 10;
  return `Up to ${share} % of the calls also go to ${beside.label} after ${hedge.minDelaySeconds} s, and the first to answer wins.`;
}

function wholeWords({ timeouts }: Policy): string {
  return `Answers that are not streamed are waited for until all ${timeouts.totalSeconds} s are over.`;
}

/** What happens to a stream that breaks after its first words, still without a capital. @param next who could go on with it */
export function brokenStreamWords(next: Place | null, policy: Policy): string {
  if (policy.buffer) return `nothing has been sent by then, so ${answerWords(next, policy)}`;
  const error = 'callers get an error event in their own format';
  if (policy.midStream === 'error' || next === null) return error;
  const badge = next.role === 'backup' && policy.badge.on ? ', with the badge' : '';
  const how = howToGoOn(next, policy);
  return `${next.label} goes on with it${badge}, ${how}; otherwise ${error}`;
}

function howToGoOn(next: Place, { prefill }: Policy): string {
  if (prefill && next.capabilities.includes('prefill')) return 'from its last word';
  return 'where its own answer begins exactly the same';
}

const OURS = /^(callers|it is|its model|nothing|where) /i;

/** Capitalises words of ours; a target's name keeps its own case. */
export function sentence(words: string): string {
  return `${OURS.test(words) ? `${words.charAt(0).toUpperCase()}${words.slice(1)}` : words}.`;
}

/** A sentence as it goes on after a colon. */
export function continued(text: string): string {
  return OURS.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
}
