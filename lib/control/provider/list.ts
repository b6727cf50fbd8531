import type { ProviderView } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { viewProvider } from './view.ts';

/** All providers, oldest first. */
export async function listProviders({ ctx }: { ctx: ControlContext }): Promise<ProviderView[]> {
  authorise(ctx);
  return (await ctx.store.providers.list()).map((row) => viewProvider(ctx, row));
}
