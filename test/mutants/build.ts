import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** All that the engine's tests need. The product itself is never touched. */
const PARTS = [
  'package.json',
  'vitest.config.ts',
  'lib/engine',
  'lib/contract',
  'test/engine',
  'test/support',
];

/** A copy of the engine and its tests in a temporary folder, in which one mutant at a time is alive. */
export class MutantBuild {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'switchyard-mutants-'));
    for (const part of PARTS) cpSync(join(ROOT, part), join(this.folder, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Builds the mutant in; the returned function takes it out again. Throws when the engine no longer has the text to replace. */
  bring(mutant: Mutant): () => void {
    const originals = mutant.changes.map(({ file, find, put }) => {
      const path = join(this.folder, 'lib/engine', file);
      const original = readFileSync(path, 'utf8');
      const places = original.split(find).length - 1;
      if (places !== 1) {
        throw new Error(
          `Mutant "${mutant.name}": lib/engine/${file} has ${places} places that read "${find}"; exactly one is wanted. Bring test/mutants up to date.`,
        );
      }
      writeFileSync(
        path,
        original.replace(find, () => put),
      );
      return { path, original };
    });
    return () => {
      for (const { path, original } of originals) writeFileSync(path, original);
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The mutants whose text is not in the engine as it stands, each with what is wrong. Needs no build. */
export function stale(mutants: readonly Mutant[]): string[] {
  return mutants.flatMap((mutant) =>
    mutant.changes.flatMap(({ file, find }) => {
      const places = readFileSync(join(ROOT, 'lib/engine', file), 'utf8').split(find).length - 1;
      return places === 1 ? [] : [`${mutant.name}: lib/engine/${file} has the text ${places} times: ${find}`];
    }),
  );
}
