import type { SettingsView } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { readBreakerSettings } from '../setting-keys.ts';

/** The global settings. */
export async function getSettings({ ctx }: { ctx: ControlContext }): Promise<SettingsView> {
  authorise(ctx);
  const { value, version } = await ctx.store.transaction(readBreakerSettings);
  return { breaker: value, version };
}
