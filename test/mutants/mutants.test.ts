import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stale } from './build.ts';
import { IMPOSSIBLE, MUTANTS } from './mutants.ts';

const KNOWN_BUGS = 48;

describe('the named mutants', () => {
  it('replace text that stands in the engine exactly once', () => {
    expect(stale(MUTANTS)).toEqual([]);
  });

  it('stand in the table of the room\u2019s README, all of them and as they are', () => {
    const readme = readFileSync(new URL('../../lib/engine/README.md', import.meta.url), 'utf8');
    const rows = readme.split('\n').filter((line) => line.startsWith('| `') && line.endsWith('| killed |'));
    const wanted = MUTANTS.map(
      ({ name, rows: known, bug }) => `| \`${name}\` | ${known.join(', ') || '-'} | ${bug} | killed |`,
    );
    expect(rows).toEqual(wanted);
    expect(readme).toContain(`(${MUTANTS.length} of ${MUTANTS.length} killed)`);
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
