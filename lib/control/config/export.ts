import { stringify } from 'yaml';
import type { Config } from '#lib/contract/config.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { documentOf, loadRows } from './document.ts';

/** Everything configured as one document; a stored key comes as `{ stored: true }`, which an import leaves as it is. */
export async function exportConfig({ ctx }: { ctx: ControlContext }): Promise<Config> {
  authorise(ctx);
  return documentOf(await ctx.store.transaction(loadRows));
}

/** The document as an operator would keep it in a file. */
export function configAsYaml(config: Config): string {
  return stringify(config, { lineWidth: 110 });
}
