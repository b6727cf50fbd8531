import { stringify } from 'yaml';
import type { Config } from '#lib/contract/config.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { readConfigVersion } from '../setting-keys.ts';
import { documentOf, loadRows } from './document.ts';

export interface ExportedConfig {
  config: Config;
  /** Names this very configuration: a replacement that says so is refused when there is a later one. */
  version: number;
}

/** Everything configured as one document; a stored key comes as `{ stored: true }`, which an import leaves as it is. */
export async function exportConfig({ ctx }: { ctx: ControlContext }): Promise<Config> {
  return (await exportVersionedConfig({ ctx })).config;
}

/** The same with its version. */
export async function exportVersionedConfig({ ctx }: { ctx: ControlContext }): Promise<ExportedConfig> {
  authorise(ctx);
  return ctx.store.transaction(async (tx) => ({
    config: documentOf(await loadRows(tx)),
    version: await readConfigVersion(tx),
  }));
}

/** The document as an operator would keep it in a file. */
export function configAsYaml(config: Config): string {
  return stringify(config, { lineWidth: 110 });
}
