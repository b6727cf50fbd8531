import type { ProviderView } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import { found } from '../checks.ts';
import type { ControlContext } from '../context.ts';
import { viewProvider } from './view.ts';

/** @throws ControlError `not_found` */
export async function getProvider({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string };
}): Promise<ProviderView> {
  authorise(ctx);
  return viewProvider(ctx, found(await ctx.store.providers.get(input.slug), 'provider', input.slug));
}
