import type { Onboarded, Onboarding } from '#lib/contract/onboarding.ts';
import type { NewTarget } from '#lib/store/targets.ts';
import { type ChangeTools, change } from '../change.ts';
import { found } from '../checks.ts';
import {
  aliasFault,
  type ConfigRows,
  documentOf,
  type Fault,
  faultsOf,
  flowColumns,
  flowDocument,
  invalid,
  loadRows,
  providerDocument,
  targetDocument,
} from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewFlow } from '../flow/view.ts';
import { targetRow } from '../target/row.ts';
import { viewTarget } from '../target/view.ts';
import { providerRow } from './row.ts';
import { viewProvider } from './view.ts';

/**
 * Creates a provider, targets at it and, if wanted, a flow over them: all of it, or nothing.
 * @throws ControlError `invalid` with every fault, paths as in the input: `provider.slug`, `targets.0.model`, `flow.chain.1`
 */
export async function onboardProvider({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: Onboarding;
}): Promise<Onboarded> {
  return change(ctx, 'config', async (tools) => {
    const rows = await loadRows(tools.tx);
    const planned = plan(ctx, rows, input);
    check(rows, planned);
    await write(tools, planned);
    const now = await loadRows(tools.tx);
    return viewAll(ctx, now, planned);
  });
}

type Planned = ReturnType<typeof plan>;

function plan(ctx: ControlContext, rows: ConfigRows, { provider, targets, flow }: Onboarding) {
  refuseTaken(rows, { provider, targets, flow });
  return {
    provider: providerRow(ctx, provider, null, 'provider.'),
    targets: targets.map((target): NewTarget => targetRow({ ...target, provider: provider.slug })),
    flow:
      flow === null
        ? null
        : { ...flowColumns(flow), simulated: false, published: { chain: flow.chain, policy: flow.policy } },
  };
}

/** Names that are taken are found here, so that each fault stands beside the new row and not beside the old one. */
function refuseTaken(rows: ConfigRows, { provider, targets, flow }: Onboarding): void {
  const taken = (list: readonly { slug: string }[], what: string, slug: string, path: string): Fault[] =>
    list.some((row) => row.slug === slug) ? [{ path, message: `There is already a ${what} "${slug}".` }] : [];
  const alias = flow === null ? null : aliasFault(rows.flows, flow.slug);
  const faults = [
    ...taken(rows.providers, 'provider', provider.slug, 'provider.slug'),
    ...targets.flatMap(({ slug }, at) => taken(rows.targets, 'target', slug, `targets.${at}.slug`)),
    ...(flow === null ? [] : taken(rows.flows, 'flow', flow.slug, 'flow.slug')),
    ...(alias === null ? [] : [{ path: 'flow.slug', message: alias }]),
  ];
  if (faults.length > 0) throw invalid(faults);
}

/** The whole configuration as it would be; the new rows stand behind those that are there. */
function check(rows: ConfigRows, { provider, targets, flow }: Planned): void {
  const issues = faultsOf(
    documentOf({
      breaker: rows.breaker,
      providers: [...rows.providers, provider],
      targets: [...rows.targets, ...targets],
      flows: flow === null ? rows.flows : [...rows.flows, flow],
    }),
  );
  if (issues.length === 0) return;
  const own = (path: string): string => {
    const [list, at, ...rest] = path.split('.');
    if (list === 'providers' && Number(at) === rows.providers.length) return ['provider', ...rest].join('.');
    if (list === 'targets' && Number(at) >= rows.targets.length)
      return ['targets', Number(at) - rows.targets.length, ...rest].join('.');
    return list === 'flows' && Number(at) === rows.flows.length ? ['flow', ...rest].join('.') : path;
  };
  throw invalid(issues.map(({ path, message }) => ({ path: own(path), message })));
}

async function write({ tx, by, atWallMs, audit }: ChangeTools, planned: Planned): Promise<void> {
  const { provider, targets, flow } = planned;
  await tx.providers.create(provider);
  await audit({
    action: 'provider.create',
    entity: 'provider',
    entityId: provider.slug,
    summary: `Added the provider ${provider.name}.`,
    after: providerDocument(provider),
  });
  for (const target of targets) {
    await tx.targets.create(target);
    await audit({
      action: 'target.create',
      entity: 'target',
      entityId: target.slug,
      summary: `Added the target ${target.slug}: ${target.model} at ${target.provider}.${target.endpoint}.`,
      after: targetDocument(target),
    });
  }
  if (flow === null) return;
  await tx.flows.create(flow, { ...flow.published, atWallMs, by, reason: null });
  await audit({
    action: 'flow.create',
    entity: 'flow',
    entityId: flow.slug,
    summary: `Added the flow ${flow.name}.`,
    after: flowDocument(flow),
  });
}

function viewAll(ctx: ControlContext, now: ConfigRows, { provider, targets, flow }: Planned): Onboarded {
  const rowOf = <T extends { slug: string }>(list: readonly T[], what: string, slug: string): T =>
    found(
      list.find((row) => row.slug === slug),
      what,
      slug,
    );
  return {
    provider: viewProvider(ctx, rowOf(now.providers, 'provider', provider.slug)),
    targets: targets.map(({ slug }) => viewTarget(rowOf(now.targets, 'target', slug), now)),
    flow: flow === null ? null : viewFlow(rowOf(now.flows, 'flow', flow.slug), now.targets),
  };
}
