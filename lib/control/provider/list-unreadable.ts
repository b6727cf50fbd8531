import { authorise } from '../actor.ts';
import type { ControlContext } from '../context.ts';
import { ownerOf, resolveCredential } from '../credential.ts';

/** Slugs of providers with a stored key that this start's secret does not open; their calls go out without one. */
export async function listUnreadable({ ctx }: { ctx: ControlContext }): Promise<string[]> {
  authorise(ctx);
  const providers = await ctx.store.providers.list();
  return providers
    .filter(({ slug, credential, endpoints }) =>
      [
        { credential, owner: ownerOf(slug) },
        ...endpoints.map((endpoint) => ({
          credential: endpoint.credential,
          owner: ownerOf(slug, endpoint.slug),
        })),
      ].some(
        (one) =>
          one.credential !== null &&
          'sealed' in one.credential &&
          resolveCredential(ctx, one.credential, one.owner).key === null,
      ),
    )
    .map(({ slug }) => slug);
}
