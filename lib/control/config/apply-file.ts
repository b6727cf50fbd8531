import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import type { ConfigDiff } from '#lib/contract/api.ts';
import { type ChangeTools, change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { readSetting, writeSetting } from '../setting-keys.ts';
import { fingerprint } from './comparable.ts';
import { parseDocument } from './desired.ts';
import { type ConfigRows, loadRows } from './document.ts';
import { replaceRows } from './replace.ts';

export type AppliedFile =
  /** It is in force now. */
  | { outcome: 'applied'; notice: null; diff: ConfigDiff }
  /** It is in force already. */
  | { outcome: 'unchanged'; notice: null }
  /** The running configuration was edited, so it stays; the notice says so to the operator. */
  | { outcome: 'kept'; notice: string };

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
  /** `name` is for messages. */
  input: { text: string; name: string };
}): Promise<AppliedFile> {
  const { text, name } = input;
  const config = parseDocument(parseText(text, name));
  const fileSha256 = createHash('sha256').update(text).digest('hex');
  return change(ctx, 'config', async (tools) => {
    const { tx } = tools;
    const baseline = (await readSetting(tx, 'baseline'))?.value ?? null;
    const current = await loadRows(tx);
    const edited = !isEmpty(current) && fingerprint(current) !== baseline?.documentSha256;
    const sameFile = baseline?.fileSha256 === fileSha256;
    if (edited) return { outcome: 'kept', notice: noticeOf(name, sameFile) };
    if (sameFile && !isEmpty(current)) return { outcome: 'unchanged', notice: null };
    const diff = await replaceRows(ctx, tools, config, {
      action: 'config.apply-file',
      done: `Applied ${name}`,
      reason: null,
    });
    await rememberBaseline(tools, fileSha256);
    if (diff.changes.length === 0) await noteSame(tools, name);
    return { outcome: 'applied', notice: null, diff };
  });
}

/** What the product itself has just put in force: anything else later is somebody's edit. */
export async function rememberBaseline({ tx }: ChangeTools, fileSha256: string | null): Promise<void> {
  await writeSetting(tx, 'baseline', { fileSha256, documentSha256: fingerprint(await loadRows(tx)) });
}

function isEmpty({ providers, targets, flows }: ConfigRows): boolean {
  return providers.length + targets.length + flows.length === 0;
}

async function noteSame({ audit }: ChangeTools, name: string): Promise<void> {
  await audit({
    action: 'config.apply-file',
    entity: 'config',
    entityId: 'config',
    summary: `Applied ${name}: it says what was in force already.`,
  });
}

function noticeOf(name: string, sameFile: boolean): string {
  return sameFile
    ? `The configuration was edited here after ${name} was applied. The edits stay in force; the file does not have them.`
    : `${name} has not been applied, because the configuration was edited here. To put the file in force, send it to PUT /api/v1/config.`;
}

function parseText(text: string, name: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    throw new ControlError('invalid', `${name} is neither YAML nor JSON: ${why}`, {
      issues: [{ path: '', message: why }],
    });
  }
}
