import { describe, expect, it } from 'vitest';
import { stale } from './build.ts';
import { IMPOSSIBLE, MUTANTS } from './mutants.ts';

const KNOWN_BUGS = 48;

describe('the named mutants', () => {
  it('replace text that stands in the engine exactly once', () => {
    expect(stale(MUTANTS)).toEqual([]);
  });

  it('have names of their own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  it('leave none of the known bugs out: each is a mutant, or has a reason why it cannot be', () => {
    const covered = new Set([...MUTANTS.flatMap(({ rows }) => rows), ...IMPOSSIBLE.map(({ row }) => row)]);
    const missing = Array.from({ length: KNOWN_BUGS }, (_, at) => at + 1).filter((row) => !covered.has(row));
    expect(missing).toEqual([]);
  });
});
