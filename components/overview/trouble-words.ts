import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { enforcedState } from '../breaker/state-meta.ts';
import {
  formatActor,
  formatDuration,
  formatShare,
  formatShortInstant,
  joinWords,
  plural,
  type Zone,
} from '../ui/format.ts';

/** At most this many overrides and probes are told one by one, and this many open breakers by name. */
const TOLD = 2;
const NAMED = 4;

const RANK = {
  open: 0,
  derived_open: 1,
  forced_open: 2,
  half_open: 3,
  forced_closed: 4,
  closed: 5,
} as const;

/** Breakers that are not plainly closed, worst first, the longest outage first among equals. */
export function troubledBreakers(breakers: ReadonlyMap<string, BreakerView>): BreakerView[] {
  return [...breakers.values()]
    .filter((view) => enforcedState(view) !== 'closed')
    .toSorted((a, b) => RANK[a.effective] - RANK[b.effective] || outageStart(a) - outageStart(b));
}

/** What is wrong, why and since when. Open breakers share one sentence, so that an outage of many stays readable. */
export function troubleSentences(troubled: readonly BreakerView[], now: number | null, zone: Zone): string[] {
  const open = troubled.filter((view) => view.effective === 'open');
  const others = troubled.filter((view) => view.effective !== 'open');
  const rest = others.slice(TOLD);
  return [
    ...openSentence(open, now, zone),
    ...others.slice(0, TOLD).map((view) => otherSentence(view, now, zone)),
    ...(rest.length === 0
      ? []
      : [`${plural(rest.length, 'more breaker')} ${isAre(rest)} not plainly closed: ${namesOf(rest)}.`]),
  ];
}

/** When the next probe comes; nothing while no breaker is open. */
export function nextProbe(troubled: readonly BreakerView[], now: number | null): string[] {
  if (now === null) return [];
  // A target below a scope that is presumed down waits for that scope's probe.
  const below = new Set(troubled.flatMap((view) => view.derived?.open ?? []));
  const due = troubled.flatMap((view) => {
    if (view.scope === 'target' && below.has(view.id)) return [];
    const at =
      view.effective === 'derived_open' ? (view.derived?.probeAtWallMs ?? null) : view.openUntilWallMs;
    return (view.effective === 'open' || view.effective === 'derived_open') && at !== null ? [at] : [];
  });
  if (due.length === 0) return [];
  const soonest = Math.min(...due) - now;
  return [soonest > 0 ? `Next probe in ${formatDuration(soonest)}.` : 'The next request is a probe.'];
}

/** Who is coming back, and how much of its traffic it takes for now. */
export function recoverySentences(breakers: ReadonlyMap<string, BreakerView>): string[] {
  const back = [...breakers.values()].filter(
    (view) => view.ramp !== null && enforcedState(view) === 'closed' && view.override === null,
  );
  const [only] = back;
  if (only?.ramp == null) return [];
  return back.length === 1
    ? [`${nameOf(only)} takes its traffic back in steps, ${formatShare(only.ramp.share)} for now.`]
    : [`${namesOf(back)} take their traffic back in steps.`];
}

function openSentence(open: readonly BreakerView[], now: number | null, zone: Zone): string[] {
  const [longest] = open;
  if (longest === undefined) return [];
  const since = now === null ? '' : ` since ${formatShortInstant(outageStart(longest), now, zone)}`;
  const why = firstSentence(longest.why);
  return open.length === 1
    ? [`${nameOf(longest)} is open${since}: ${why}.`]
    : [`${namesOf(open)} are open, ${nameOf(longest)}${since}: ${why}.`];
}

function otherSentence(view: BreakerView, now: number | null, zone: Zone): string {
  switch (view.effective) {
    case 'half_open':
      return view.probe === null
        ? `${nameOf(view)} is probing.`
        : `${nameOf(view)} is probing: ${view.probe.successes} of ${view.probe.needed} successes.`;
    case 'forced_open':
    case 'forced_closed':
      return overrideSentence(view, now, zone);
    case 'derived_open':
      return derivedSentence(view, now, zone);
    case 'open':
    case 'closed':
      return `${nameOf(view)} is ${view.effective}.`;
    default:
      return unreachable(view.effective);
  }
}

/** "Endpoint openai.us-east is presumed down since 02:51: 3 of its 4 targets used lately are open." */
function derivedSentence(view: BreakerView, now: number | null, zone: Zone): string {
  const { derived } = view;
  if (derived === null) return `${nameOf(view)} is presumed down.`;
  const since = now === null ? '' : ` since ${formatShortInstant(derived.sinceWallMs, now, zone)}`;
  return `${nameOf(view)} is presumed down${since}: ${firstSentence(derived.why)}.`;
}

function overrideSentence(view: BreakerView, now: number | null, zone: Zone): string {
  const what = view.effective === 'forced_open' ? 'open' : 'closed';
  const { override } = view;
  if (override === null) return `${nameOf(view)} is forced ${what}.`;
  const until =
    override.expiresAtWallMs === null || now === null
      ? 'until cleared'
      : `until ${formatShortInstant(override.expiresAtWallMs, now, zone)}`;
  return `${nameOf(view)} is forced ${what} by ${formatActor(override.by)} ${until}.`;
}

function outageStart(view: BreakerView): number {
  return view.outageSinceWallMs ?? view.sinceWallMs;
}

function nameOf(view: BreakerView): string {
  switch (view.scope) {
    case 'target':
      return view.id;
    case 'endpoint':
      return `Endpoint ${view.id}`;
    case 'provider':
      return `Provider ${view.id}`;
    default:
      return unreachable(view.scope);
  }
}

function namesOf(views: readonly BreakerView[]): string {
  const shown = views.slice(0, NAMED).map(nameOf);
  const left = views.length - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${plural(left, 'other')}` : joinWords(shown);
}

const isAre = (views: readonly BreakerView[]) => (views.length === 1 ? 'is' : 'are');

/** "5 calls in a row failed. 3 probes failed since." as the end of another sentence: what began it. */
function firstSentence(why: string): string {
  return why.trim().replace(/\.(\s.*)?$/s, '');
}

function unreachable(value: never): never {
  throw new Error(`Unhandled: ${String(value)}`);
}
