import type { ApiKeyView } from '#lib/contract/api.ts';
import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { viewApiKey } from './view.ts';

/** The keys of applications, oldest first; the product's own (playground, demo traffic) are not among them. */
export async function listApiKeys({ ctx }: { ctx: ControlContext }): Promise<ApiKeyView[]> {
  authorise(ctx);
  return (await ctx.store.apiKeys.list()).filter(({ use }) => use === 'application').map(viewApiKey);
}
