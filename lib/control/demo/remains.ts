import type { Repositories } from '#lib/store/store.ts';

/** Without a simulated provider there is no demo: its traffic key and its mark go as well. */
export async function dropDemoRemains(tx: Repositories): Promise<void> {
  if ((await tx.providers.list()).some(({ simulated }) => simulated)) return;
  for (const { id, use } of await tx.apiKeys.list()) if (use === 'demo') await tx.apiKeys.remove(id);
  await tx.settings.remove('demo');
}
