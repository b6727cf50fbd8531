import type { TargetTestAnswer } from '#lib/contract/onboarding.ts';
import { authorise } from '../actor.ts';
import { found } from '../checks.ts';
import type { ControlContext } from '../context.ts';
import { testWords } from '../provider/test-words.ts';

/**
 * Asks a target one tiny question, through its own breaker: the result counts like that of any request.
 * @throws ControlError `not_found`, `gateway_unavailable`, `gateway_timeout`
 */
export async function testTarget({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: { slug: string };
}): Promise<TargetTestAnswer> {
  authorise(ctx);
  const { slug } = input;
  const target = found(await ctx.store.targets.get(slug), 'target', slug);
  const provider = found(await ctx.store.providers.get(target.provider), 'provider', target.provider);
  const endpoint = provider.endpoints.find((one) => one.slug === target.endpoint);
  const result = await ctx.gateway.testTarget(slug);
  const { failure } = result;
  const place = { vendor: provider.name, baseUrl: endpoint?.baseUrl ?? '', model: target.model };
  return { ...result, failure: failure === null ? null : testWords(failure, place) };
}
