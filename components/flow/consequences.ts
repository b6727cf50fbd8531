import type { Policy } from '#lib/contract/policy.ts';
import {
  answerWords,
  brokenStreamWords,
  noteWords,
  refusalWords,
  sentence,
  walkWords,
} from './consequence-words.ts';
import { allowedPlaces, tellsOfLostModel, type Walk, walk } from './outage-walk.ts';
import {
  FAILURE_MODES,
  type FailureMode,
  modeWords,
  type Place,
  type PlacesInput,
  placesOf,
} from './outages.ts';

export interface Plan extends PlacesInput {
  policy: Policy;
}

export interface Outcome {
  /** null: whatever is at stake. */
  stakes: 'low' | 'high' | null;
  /** A sentence; what goes on after "Low stakes:" where there are two. */
  text: string;
}

/** What follows when something is the case. */
export interface Consequence {
  key: 'normally' | FailureMode | 'everything' | 'broken_stream';
  when: string;
  outcomes: Outcome[];
  note: string | null;
}

/**
 * What this chain and policy mean for the product's users: in each of the six ways in which a primary fails, with everything
 * else well, when everything fails, and when a stream breaks. The same rules as the engine's, without its state.
 */
export function consequences(plan: Plan): Consequence[] {
  const { policy } = plan;
  const places = placesOf(plan);
  const [primary] = places;
  if (primary === undefined) {
    const text = `Every request is refused: ${refusalWords(policy)}.`;
    return [said('normally', 'No target is enabled', [{ stakes: null, text }])];
  }
  const refused = { stakes: null, text: sentence(refusalWords(policy)) };
  const answers = { stakes: null, text: `${answerWords(primary, policy)}.` };
  return [
    said('normally', 'Normally', [answers]),
    ...FAILURE_MODES.map((mode) => ofMode(mode, primary, places, policy)),
    said('everything', 'If nobody who may answer is left', [refused]),
    said(
      'broken_stream',
      'If a stream breaks after its first words',
      byStakes(places, policy, ([, next]) =>
        brokenStreamWords(policy.retry.maxAttempts < 2 ? null : (next ?? null), policy),
      ),
    ),
  ];
}

function said(key: Consequence['key'], when: string, outcomes: Outcome[], note: string | null = null) {
  return { key, when, outcomes, note };
}

const STAKES = ['low', 'high'] as const;

function ofMode(mode: FailureMode, primary: Place, places: readonly Place[], policy: Policy): Consequence {
  const [low, high] = STAKES.map((stakes) => walk(mode, allowedPlaces(places, policy, stakes), policy));
  const walks = [low, high].filter((each) => each !== undefined);
  const words = (some: readonly Walk[]) => walkWords(mode, some, primary, policy);
  const outcomes = sameEnd(low, high) ? together(words(walks)) : apart(walks.map((each) => words([each])));
  const lost = STAKES.some(
    (stakes, at) => walks[at]?.answer === null && tellsOfLostModel(places, policy, stakes),
  );
  return said(mode, modeWords(mode, primary), outcomes, noteWords(mode, walks, policy, lost));
}

function sameEnd(low: Walk | undefined, high: Walk | undefined): boolean {
  return low?.answer === high?.answer && low?.late === high?.late && low?.patience === high?.patience;
}

/** One outcome where the stakes make no difference, else one for each. */
function byStakes(
  places: readonly Place[],
  policy: Policy,
  words: (allowed: readonly Place[]) => string,
): Outcome[] {
  return apart(STAKES.map((stakes) => words(allowedPlaces(places, policy, stakes))));
}

function apart([low = '', high = '']: readonly string[]): Outcome[] {
  if (low === high) return together(low);
  return [
    { stakes: 'low', text: `${low}.` },
    { stakes: 'high', text: `${high}.` },
  ];
}

function together(words: string): Outcome[] {
  return [{ stakes: null, text: sentence(words) }];
}
