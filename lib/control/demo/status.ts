import { loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { readSetting } from '../setting-keys.ts';

export interface DemoStatus {
  /** The demo is there. */
  seeded: boolean;
  /** Nothing is configured and nothing ever was put in force by the product: the demo may be seeded. */
  fresh: boolean;
}

/** Whether the demo is there, or may be put there. */
export async function getDemoStatus({ ctx }: { ctx: Pick<ControlContext, 'store'> }): Promise<DemoStatus> {
  return ctx.store.transaction(async (tx) => {
    const { providers, targets, flows } = await loadRows(tx);
    const nothing = providers.length + targets.length + flows.length === 0;
    return {
      seeded: (await readSetting(tx, 'demo')) !== null,
      fresh: nothing && (await readSetting(tx, 'baseline')) === null,
    };
  });
}
