import { ensurePlaygroundKey } from '#lib/control/api-key/internal.ts';
import { listOverrides } from '#lib/control/breaker/list-overrides.ts';
import { loadCooldowns } from '#lib/control/record/save-cooldowns.ts';
import { buildSnapshot } from '#lib/control/snapshot/build.ts';
import { ConfigFile } from './control-config-file.ts';
import { startDemo } from './control-demo.ts';
import type { ControlParts } from './control-process.ts';

/**
 * Brings the configuration in force and tells the gateway. Nothing here waits for a gateway.
 * @returns the configuration file that was given; null without one
 * @throws StartFault when the file cannot be used
 */
export async function bootControl(parts: ControlParts): Promise<ConfigFile | null> {
  const { env, gateway, link, system } = parts;
  const runningVersion = () => gateway.published?.version ?? null;
  const file =
    env.configFile === null ? null : new ConfigFile({ ctx: system, path: env.configFile, runningVersion });
  await file?.applyAtStart();
  await startDemo(system, env);
  await ensurePlaygroundKey({ ctx: system });
  const { snapshot } = await buildSnapshot({ ctx: system });
  await quietly(gateway.publish(snapshot));
  await quietly(gateway.setOverrides(await listOverrides({ ctx: system })));
  link.restoreCooldowns(await loadCooldowns({ ctx: system }));
  link.start();
  return file;
}

/** A gateway that does not confirm in time gets everything again when it comes up. */
async function quietly(done: Promise<void>): Promise<void> {
  await done.catch(() => undefined);
}
