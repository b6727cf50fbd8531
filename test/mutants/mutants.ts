import { BREAKER_MUTANTS } from './breaker-mutants.ts';
import { LOOP_MUTANTS } from './loop-mutants.ts';
import type { Mutant } from './mutant.ts';
import { SCOPE_MUTANTS } from './scope-mutants.ts';

export type { Mutant } from './mutant.ts';

export const MUTANTS: readonly Mutant[] = [...BREAKER_MUTANTS, ...SCOPE_MUTANTS, ...LOOP_MUTANTS];

/** Bugs of the list that this design has no place for, and what keeps them out. */
export const IMPOSSIBLE: readonly { row: number; why: string }[] = [
  { row: 4, why: 'The state is one value of a union: there are no flags that could all be false.' },
  { row: 26, why: 'Nothing calls itself: due edges are taken in a loop.' },
  { row: 32, why: 'There is one thread and no lock.' },
  { row: 48, why: 'Nothing is shared between engines.' },
];
