import type { ConfigDiff } from '#lib/contract/api.ts';
import type { Config } from '#lib/contract/config.ts';
import { type ChangeTools, change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { isControlError } from '../errors.ts';
import { readSetting, writeSetting } from '../setting-keys.ts';
import { diffRows, fingerprint } from './comparable.ts';
import { desiredRows } from './desired.ts';
import { type ConfigRows, loadRows } from './document.ts';
import { type FileText, parseFile, sha256Of } from './parse-file.ts';
import { replaceRows, requireConfigVersion } from './replace.ts';

export type AppliedFile =
  /** It is in force now. */
  | { outcome: 'applied'; diff: ConfigDiff }
  /** It was in force already. */
  | { outcome: 'unchanged' }
  /** The running configuration was edited and differs, so it stays. */
  | { outcome: 'kept' };

/**
 * Applies a configuration file (YAML or JSON) at start: only when its content differs from the one applied last and nobody has edited
 * the configuration since.
 * @throws ControlError `invalid` when the file cannot be read as a configuration; nothing has changed then
 */
export async function applyConfigFile({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: FileText;
}): Promise<AppliedFile> {
  const config = parseFile(input);
  const fileSha256 = sha256Of(input.text);
  return change(ctx, 'config', async (tools) => {
    const { tx } = tools;
    const current = await loadRows(tx);
    const edited = await isEdited(tx, current);
    const last = (await readSetting(tx, 'baseline'))?.value.fileSha256;
    if (!edited && last === fileSha256 && !isEmpty(current)) return { outcome: 'unchanged' };
    // Edited to just what the file says: applied through the API, say. From here on it is the file's again.
    if (edited && !saysTheSame(ctx, config, current)) return { outcome: 'kept' };
    const diff = await applyNow(ctx, tools, config, input);
    return edited ? { outcome: 'unchanged' } : { outcome: 'applied', diff };
  });
}

/**
 * Puts a file in force whatever was edited meanwhile: somebody asked for it.
 * @throws ControlError `invalid`, `stale_version`; nothing has changed then
 */
export async function reapplyConfigFile({
  ctx,
  input,
}: {
  ctx: ControlContext;
  /** `expectedVersion` is that of the configuration that the file was compared with. */
  input: FileText & { expectedVersion: number };
}): Promise<ConfigDiff> {
  const config = parseFile(input);
  return change(ctx, 'config', async (tools) => {
    await requireConfigVersion(tools.tx, input.expectedVersion);
    return applyNow(ctx, tools, config, input);
  });
}

/** What the product itself has just put in force: anything else later is somebody's edit. */
export async function rememberBaseline({ tx }: ChangeTools, fileSha256: string | null): Promise<void> {
  await writeSetting(tx, 'baseline', { fileSha256, documentSha256: fingerprint(await loadRows(tx)) });
}

/** Whether a restart would leave the configuration alone: it is not what the product itself put in force last. */
export async function isEdited(tx: ChangeTools['tx'], current: ConfigRows): Promise<boolean> {
  const baseline = (await readSetting(tx, 'baseline'))?.value ?? null;
  return !isEmpty(current) && fingerprint(current) !== baseline?.documentSha256;
}

async function applyNow(
  ctx: ControlContext,
  tools: ChangeTools,
  config: Config,
  { text, name }: FileText,
): Promise<ConfigDiff> {
  const action = 'config.apply-file';
  const diff = await replaceRows(ctx, tools, config, { action, done: `Applied ${name}`, reason: null });
  await rememberBaseline(tools, sha256Of(text));
  if (diff.changes.length === 0) {
    const summary = `Applied ${name}: it says what was in force already.`;
    await tools.audit({ action, entity: 'config', entityId: 'config', summary });
  }
  return diff;
}

function saysTheSame(ctx: ControlContext, config: Config, current: ConfigRows): boolean {
  try {
    return diffRows(current, desiredRows(ctx, config, current)).changes.length === 0;
  } catch (error) {
    // It asks to keep a key that is not stored.
    if (isControlError(error)) return false;
    throw error;
  }
}

function isEmpty({ providers, targets, flows }: ConfigRows): boolean {
  return providers.length + targets.length + flows.length === 0;
}
