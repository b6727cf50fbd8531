import { BREAKER_MUTANTS } from './breaker-mutants.ts';
import { LOOP_MUTANTS } from './loop-mutants.ts';
import type { Mutant } from './mutant.ts';
import { SCOPE_MUTANTS } from './scope-mutants.ts';

export type { Mutant } from './mutant.ts';

export const MUTANTS: readonly Mutant[] = [...BREAKER_MUTANTS, ...SCOPE_MUTANTS, ...LOOP_MUTANTS];

/** Bugs of the list that this design has no place for, and what keeps them out. */
export const IMPOSSIBLE: readonly { row: number; why: string }[] = [
  { row: 4, why: 'The state is one value of a union: there are no flags that could all be false.' },
  { row: 8, why: 'Breakers are not carried over a restart: they start closed.' },
  {
    row: 10,
    why: 'Scopes come from the configuration alone; there is no registry that a caller could grow.',
  },
  { row: 11, why: 'Counts are sums over ten buckets; nothing is sorted.' },
  { row: 12, why: 'Nothing is spread or cached per call, and every setting is given.' },
  { row: 15, why: 'Nobody waits for a probe: others are turned away at once.' },
  { row: 16, why: 'The engine reads no wall clock: the monotonic one is passed in.' },
  { row: 19, why: 'There is no queue.' },
  { row: 26, why: 'Nothing calls itself: due edges are taken in a loop.' },
  { row: 31, why: 'The window has ten buckets whatever its length.' },
  { row: 32, why: 'There is one thread and no lock.' },
  { row: 36, why: 'There are no nested contexts: each attempt has one signal of its own.' },
  { row: 40, why: 'Nothing is ejected by a share: the last resort is asked when no candidate is left.' },
  { row: 46, why: 'Settings that could never recover are refused by the contract.' },
  { row: 48, why: 'Nothing is shared between engines.' },
];
