import type { ConfigFileView } from '#lib/contract/config-file.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { isControlError } from '../errors.ts';
import { readConfigVersion } from '../setting-keys.ts';
import { isEdited } from './apply-file.ts';
import { diffRows } from './comparable.ts';
import { desiredRows } from './desired.ts';
import { loadRows } from './document.ts';
import { type FileText, faultSentence, parseFile } from './parse-file.ts';

export type FileComparison = Pick<ConfigFileView, 'problem' | 'changes' | 'edited' | 'configVersion'>;

/** What putting a file in force would change now, or why it cannot be; changes nothing. */
export async function compareConfigFile({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: FileText;
}): Promise<FileComparison> {
  authorise(ctx);
  return ctx.store.transaction(async (tx) => {
    const current = await loadRows(tx);
    const standing = { edited: await isEdited(tx, current), configVersion: await readConfigVersion(tx) };
    try {
      const { changes } = diffRows(current, desiredRows(ctx, parseFile(input), current));
      return { ...standing, changes, problem: null };
    } catch (error) {
      if (!isControlError(error)) throw error;
      return { ...standing, changes: [], problem: faultSentence(input.name, error) };
    }
  });
}
