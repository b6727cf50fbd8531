import type { ProviderTest, ProviderTestAnswer } from '#lib/contract/onboarding.ts';
import type { TestCall } from '#lib/contract/test-call.ts';
import type { ProviderRow } from '#lib/store/providers.ts';
import { authorise } from '../actor.ts';
import { found } from '../checks.ts';
import { invalid } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ownerOf, resolveCredential } from '../credential.ts';
import { keyFrom } from './given-key.ts';
import { testWords } from './test-words.ts';

/**
 * Calls a stored or a new provider once: lists its models, or asks one of them a tiny question. Stores nothing.
 * @throws ControlError `not_found`, `invalid` (nothing to call with), `gateway_unavailable`, `gateway_timeout`
 */
export async function testProvider({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: ProviderTest;
}): Promise<ProviderTestAnswer> {
  authorise(ctx);
  const { vendor, call } = await callOf(ctx, input);
  const result = await ctx.gateway.testCall(call);
  const { failure } = result;
  const place = { vendor, baseUrl: call.baseUrl, model: call.model };
  return { ...result, failure: failure === null ? null : testWords(failure, place) };
}

async function callOf(ctx: ControlContext, input: ProviderTest): Promise<{ vendor: string; call: TestCall }> {
  const { model = null, deployment = null } = input;
  if (input.provider !== undefined) {
    const row = found(await ctx.store.providers.get(input.provider), 'provider', input.provider);
    const place = storedPlace(ctx, row, input);
    return { vendor: row.name, call: { ...place, model, deployment } };
  }
  // The schema has seen to it that both are there.
  const { kind = 'openai-compatible', baseUrl = '', region = null } = input;
  const credential = keyFrom(ctx, kind, input.credential, 'credential');
  const vendor = URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
  return { vendor, call: { kind, baseUrl, region, credential, model, deployment } };
}

type Place = Pick<TestCall, 'kind' | 'baseUrl' | 'region' | 'credential'>;

/** @throws ControlError `not_found` (no such endpoint), `invalid` (its key cannot be had) */
function storedPlace(ctx: ControlContext, row: ProviderRow, input: ProviderTest): Place {
  const endpoint = found(
    input.endpoint === undefined
      ? row.endpoints[0]
      : row.endpoints.find(({ slug }) => slug === input.endpoint),
    `endpoint of ${row.name}`,
    input.endpoint ?? '',
  );
  const { kind } = row;
  const { baseUrl, region } = endpoint;
  const given = input.credential;
  if (given !== undefined && !('stored' in given)) {
    return { kind, baseUrl, region, credential: keyFrom(ctx, kind, given, 'credential') };
  }
  const own = endpoint.credential !== null;
  const { key, problem } = own
    ? resolveCredential(ctx, endpoint.credential, ownerOf(row.slug, endpoint.slug))
    : resolveCredential(ctx, row.credential, ownerOf(row.slug));
  if (problem !== null) throw invalid([{ path: 'credential', message: problem }]);
  return { kind, baseUrl, region, credential: key };
}
