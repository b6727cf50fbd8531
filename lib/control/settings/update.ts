import type { z } from 'zod';
import type { SettingsView, settingsPatchSchema } from '#lib/contract/api.ts';
import { change } from '../change.ts';
import { requireVersion, sameJson } from '../checks.ts';
import { documentOf, faultsOf, invalid, loadRows } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { readBreakerSettings, writeSetting } from '../setting-keys.ts';

/** @throws ControlError `stale_version`, `invalid` (also when a target's own settings no longer fit: `targets.0.breaker...`) */
export async function updateSettings({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { expectedVersion: number; patch: z.output<typeof settingsPatchSchema> };
}): Promise<SettingsView> {
  return change(ctx, 'config', async ({ tx, audit }) => {
    const current = await readBreakerSettings(tx);
    const view = { breaker: current.value, version: current.version };
    requireVersion(current.version, input.expectedVersion, 'The settings', view);
    const breaker = input.patch.breaker ?? current.value;
    if (sameJson(breaker, current.value)) return view;
    const faults = faultsOf(documentOf({ ...(await loadRows(tx)), breaker }));
    if (faults.length > 0) {
      throw invalid(faults.map(({ path, message }) => ({ path: path.replace(/^settings\./, ''), message })));
    }
    await writeSetting(tx, 'breaker', breaker);
    await audit({
      action: 'settings.update',
      entity: 'settings',
      entityId: 'breaker',
      summary: 'Changed the global breaker settings.',
      before: current.value,
      after: breaker,
    });
    const saved = await readBreakerSettings(tx);
    return { breaker: saved.value, version: saved.version };
  });
}
