import type { Repositories } from '#lib/store/store.ts';
import { pruneOverrides } from '../breaker/prune-overrides.ts';
import type { ChangeTools } from '../change.ts';
import { sameJson } from '../checks.ts';
import { dropDemoRemains } from '../demo/remains.ts';
import { writeSetting } from '../setting-keys.ts';
import type { Desired } from './desired.ts';
import { type ConfigRows, flowDocument } from './document.ts';

/**
 * Makes the stored rows those of `desired`, leaving alone what is the same; the caller audits.
 * @param reason what the history of a flow says about a version that this publishes
 */
export async function applyRows(
  tools: ChangeTools,
  current: ConfigRows,
  desired: Desired,
  reason: string,
): Promise<void> {
  const { tx } = tools;
  await tx.providers.deferReferences();
  await removeMissing(tx, current, desired);
  await applyProviders(tx, current, desired);
  await applyTargets(tx, current, desired);
  await applyFlows(tools, current, desired, reason);
  if (!sameJson(current.breaker, desired.breaker)) await writeSetting(tx, 'breaker', desired.breaker);
  await forgetLostFlows(tx, new Set(desired.flows.map(({ slug }) => slug)));
  await dropDemoRemains(tx);
  await pruneOverrides(tools);
}

/** A key whose default flow is gone has none. */
export async function forgetLostFlows(tx: Repositories, flows: ReadonlySet<string>): Promise<void> {
  for (const { id, defaultFlow } of await tx.apiKeys.list()) {
    if (defaultFlow !== null && !flows.has(defaultFlow)) await tx.apiKeys.setDefaultFlow(id, null);
  }
}

async function removeMissing(tx: Repositories, current: ConfigRows, desired: Desired): Promise<void> {
  const missing = (rows: readonly { slug: string }[], wanted: readonly { slug: string }[]) => {
    const slugs = new Set(wanted.map(({ slug }) => slug));
    return rows.map(({ slug }) => slug).filter((slug) => !slugs.has(slug));
  };
  for (const slug of missing(current.flows, desired.flows)) await tx.flows.remove(slug);
  for (const slug of missing(current.targets, desired.targets)) await tx.targets.remove(slug);
  for (const slug of missing(current.providers, desired.providers)) await tx.providers.remove(slug);
}

async function applyProviders(tx: Repositories, current: ConfigRows, desired: Desired): Promise<void> {
  for (const row of desired.providers) {
    const before = current.providers.find(({ slug }) => slug === row.slug);
    if (before === undefined) await tx.providers.create(row);
    else if (!sameJson({ ...row, version: before.version }, before)) {
      await tx.providers.update(before.version, row);
    }
  }
}

async function applyTargets(tx: Repositories, current: ConfigRows, desired: Desired): Promise<void> {
  for (const row of desired.targets) {
    const before = current.targets.find(({ slug }) => slug === row.slug);
    if (before === undefined) await tx.targets.create(row);
    else if (!sameJson({ ...row, version: before.version }, before)) {
      await tx.targets.update(before.version, row);
    }
  }
}

async function applyFlows(
  tools: ChangeTools,
  current: ConfigRows,
  desired: Desired,
  reason: string,
): Promise<void> {
  const { tx, by, atWallMs } = tools;
  for (const row of desired.flows) {
    const before = current.flows.find(({ slug }) => slug === row.slug);
    const { chain, policy } = row.published;
    const publication = { chain, policy, atWallMs, by, reason };
    if (before === undefined) {
      await tx.flows.create(row, publication);
    } else if (!sameJson([flowDocument(row), row.simulated], [flowDocument(before), before.simulated])) {
      const publishes = !sameJson([chain, policy], [before.published.chain, before.published.policy]);
      await tx.flows.update(before.version, row, publishes ? publication : null);
    }
  }
}
