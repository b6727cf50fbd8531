import type { z } from 'zod';
import type { ProviderView, providerPatchSchema } from '#lib/contract/api.ts';
import { inputFault } from '#lib/contract/config.ts';
import { endpointId } from '#lib/contract/slug.ts';
import type { NewProvider, ProviderRow } from '#lib/store/providers.ts';
import type { Repositories } from '#lib/store/store.ts';
import { pruneOverrides } from '../breaker/prune-overrides.ts';
import { change } from '../change.ts';
import { found, refuseWhileUsed, requireVersion, sameJson } from '../checks.ts';
import { checkRows, invalid, loadRows, providerDocument, withRow } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ownerOf, sealCredential } from '../credential.ts';
import { endpointRows, keptPrevious } from './row.ts';
import { viewProvider } from './view.ts';

export interface UpdateProviderInput {
  slug: string;
  /** The version that the caller read. */
  expectedVersion: number;
  patch: z.output<typeof providerPatchSchema>;
}

/** @throws ControlError `not_found`, `stale_version`, `in_use` (an endpoint with targets was left out), `invalid` */
export async function updateProvider({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: UpdateProviderInput;
}): Promise<ProviderView> {
  const { slug, expectedVersion, patch } = input;
  return change(ctx, 'config', async (tools) => {
    const { tx, audit } = tools;
    const current = found(await tx.providers.get(slug), 'provider', slug);
    requireVersion(current.version, expectedVersion, `The provider "${slug}"`, viewProvider(ctx, current));
    const row = patched(ctx, current, patch);
    if (sameJson(row, withoutVersion(current))) return viewProvider(ctx, current);
    await refuseLostEndpoints(tx, current, row);
    const rows = await loadRows(tx);
    const providers = withRow<NewProvider>(rows.providers, row);
    checkRows({ ...rows, providers }, { list: 'providers', slug });
    await tx.providers.update(expectedVersion, row);
    await audit({
      action: 'provider.update',
      entity: 'provider',
      entityId: slug,
      summary: `Changed the provider ${row.name}.${keyWords(current, row)}`,
      before: providerDocument(current),
      after: providerDocument(row),
    });
    await pruneOverrides(tools);
    return viewProvider(ctx, found(await tx.providers.get(slug), 'provider', slug));
  });
}

function patched(
  ctx: ControlContext,
  current: ProviderRow,
  patch: UpdateProviderInput['patch'],
): NewProvider {
  const { slug } = current;
  refuseBadCredentials(current.kind, patch);
  const credential =
    patch.credential === undefined
      ? current.credential
      : sealCredential(ctx, patch.credential, current.credential, ownerOf(slug), 'credential');
  return {
    ...withoutVersion(current),
    name: patch.name ?? current.name,
    credential,
    previous: keptPrevious(credential, current),
    endpoints:
      patch.endpoints === undefined ? current.endpoints : endpointRows(ctx, slug, patch.endpoints, current),
  };
}

/** What before and after do not show, because keys are never shown: which of them is another one, and what that ended. */
function keyWords(current: ProviderRow, row: NewProvider): string {
  const places = [
    { id: row.slug, before: current, after: row },
    ...row.endpoints.flatMap((after) => {
      const before = current.endpoints.find(({ slug }) => slug === after.slug);
      return before === undefined ? [] : [{ id: endpointId(row.slug, after.slug), before, after }];
    }),
  ];
  const changed = places.filter(({ before, after }) => !sameJson(before.credential, after.credential));
  if (changed.length === 0) return '';
  const ids = changed.map(({ id }) => id).join(', ');
  const ended = changed.some(({ before }) => before.previous !== null);
  return ` Another credential for ${ids}.${ended ? ' That ended an overlap of two keys.' : ''}`;
}

/** The regions are checked with the whole configuration; a key cannot be, because it is sealed by then. */
function refuseBadCredentials(kind: ProviderRow['kind'], patch: UpdateProviderInput['patch']): void {
  const faults = [
    { path: 'credential', message: inputFault(kind, patch.credential) },
    ...(patch.endpoints ?? []).map(({ credential }, at) => ({
      path: `endpoints.${at}.credential`,
      message: inputFault(kind, credential),
    })),
  ].flatMap(({ path, message }) => (message === null ? [] : [{ path, message }]));
  if (faults.length > 0) throw invalid(faults);
}

async function refuseLostEndpoints(tx: Repositories, current: ProviderRow, row: NewProvider): Promise<void> {
  const kept = new Set(row.endpoints.map(({ slug }) => slug));
  const targets = (await tx.targets.list()).filter(({ provider }) => provider === row.slug);
  for (const { slug } of current.endpoints.filter((endpoint) => !kept.has(endpoint.slug))) {
    refuseWhileUsed(
      `The endpoint "${row.slug}.${slug}"`,
      targets.filter(({ endpoint }) => endpoint === slug).map((target) => `the target "${target.slug}"`),
      'Move or remove those first.',
    );
  }
}

function withoutVersion({ version: _version, ...rest }: ProviderRow): NewProvider {
  return rest;
}
