import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ensurePlaygroundKey } from '#lib/control/api-key/internal.ts';
import { listOverrides } from '#lib/control/breaker/list-overrides.ts';
import { applyConfigFile } from '#lib/control/config/apply-file.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { isControlError } from '#lib/control/errors.ts';
import { loadCooldowns } from '#lib/control/record/save-cooldowns.ts';
import { buildSnapshot } from '#lib/control/snapshot/build.ts';
import { startDemo } from './control-demo.ts';
import { StartFault } from './control-fault.ts';
import type { ControlParts } from './control-process.ts';

/**
 * Brings the configuration in force and tells the gateway. Nothing here waits for a gateway.
 * @returns why a given configuration file is not in force; null otherwise
 * @throws StartFault when the file cannot be used
 */
export async function bootControl(parts: ControlParts): Promise<string | null> {
  const { env, gateway, link, system } = parts;
  const notice = env.configFile === null ? null : await applyFile(system, env.configFile);
  await startDemo(system, env);
  await ensurePlaygroundKey({ ctx: system });
  const { snapshot } = await buildSnapshot({ ctx: system });
  await quietly(gateway.publish(snapshot));
  await quietly(gateway.setOverrides(await listOverrides({ ctx: system })));
  link.restoreCooldowns(await loadCooldowns({ ctx: system }));
  link.start();
  return notice;
}

/** A gateway that does not confirm in time gets everything again when it comes up. */
async function quietly(done: Promise<void>): Promise<void> {
  await done.catch(() => undefined);
}

async function applyFile(ctx: ControlContext, path: string): Promise<string | null> {
  const name = basename(path);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new StartFault(`SWITCHYARD_CONFIG names ${path}, which cannot be read (${code}).`);
  });
  try {
    const applied = await applyConfigFile({ ctx: { ...ctx, via: 'config-file' }, input: { text, name } });
    return applied.notice;
  } catch (error) {
    throw isControlError(error) ? new StartFault(configSentence(path, error)) : error;
  }
}

function configSentence(
  path: string,
  error: { message: string; issues: { path: string; message: string }[] },
): string {
  const faults = error.issues.filter((issue) => issue.path !== '');
  if (faults.length === 0) return `The configuration ${path} cannot be used: ${error.message}`;
  const list = faults.map((issue) => `${issue.path}: ${issue.message}`).join(' ');
  return `The configuration ${path} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}: ${list}`;
}
