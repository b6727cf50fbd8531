/** One named bug that is built into a copy of the engine, never into the product. */
export interface Mutant {
  name: string;
  /** Bugs of other breakers, by their number in the list that IMPOSSIBLE completes; empty: a rule of our own. */
  rows: readonly number[];
  /** What is wrong with it, in a sentence. */
  bug: string;
  changes: readonly Change[];
}

export interface Change {
  /** In lib/engine, or beside it: `../contract/...`. */
  file: string;
  /** Stands there exactly once. */
  find: string;
  put: string;
}

export function mutant(name: string, rows: readonly number[], bug: string, ...changes: Change[]): Mutant {
  return { name, rows, bug, changes };
}

export function change(file: string, find: string, put: string): Change {
  return { file, find, put };
}
