import type { z } from 'zod';
import type { TargetView, targetPatchSchema } from '#lib/contract/api.ts';
import type { NewTarget, TargetRow } from '#lib/store/targets.ts';
import { change } from '../change.ts';
import { found, requireVersion, sameJson } from '../checks.ts';
import { checkRows, loadRows, targetDocument, withRow } from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { ownBreaker } from './row.ts';
import { viewTarget } from './view.ts';

export interface UpdateTargetInput {
  slug: string;
  /** The version that the caller read. */
  expectedVersion: number;
  /** null takes a value away; what is absent stays. */
  patch: z.output<typeof targetPatchSchema>;
}

/** @throws ControlError `not_found`, `stale_version`, `invalid` */
export async function updateTarget({
  ctx,
  input,
}: {
  ctx: ControlContext;
  input: UpdateTargetInput;
}): Promise<TargetView> {
  const { slug, expectedVersion, patch } = input;
  return change(ctx, 'config', async ({ tx, audit }) => {
    const rows = await loadRows(tx);
    const current = found(
      rows.targets.find((row) => row.slug === slug),
      'target',
      slug,
    );
    const before = viewTarget(current, rows);
    requireVersion(current.version, expectedVersion, `The target "${slug}"`, before);
    const row = patched(current, patch);
    if (sameJson(row, withoutVersion(current))) return before;
    checkRows({ ...rows, targets: withRow<NewTarget>(rows.targets, row) }, { list: 'targets', slug });
    await tx.targets.update(expectedVersion, row);
    await audit({
      action: 'target.update',
      entity: 'target',
      entityId: slug,
      summary: summaryOf(current, row),
      before: targetDocument(current),
      after: targetDocument(row),
    });
    return viewTarget(found(await tx.targets.get(slug), 'target', slug), rows);
  });
}

function patched(current: TargetRow, patch: UpdateTargetInput['patch']): NewTarget {
  const keep = <T>(given: T | undefined, now: T): T => (given === undefined ? now : given);
  return {
    slug: current.slug,
    provider: current.provider,
    endpoint: current.endpoint,
    model: patch.model ?? current.model,
    deployment: keep(patch.deployment, current.deployment),
    modelFamily: keep(patch.modelFamily, current.modelFamily),
    contextWindow: keep(patch.contextWindow, current.contextWindow),
    capabilities: keep(patch.capabilities, current.capabilities),
    enabled: patch.enabled ?? current.enabled,
    breaker: patch.breaker === undefined ? current.breaker : ownBreaker(patch.breaker),
    metricsOnly: patch.metricsOnly ?? current.metricsOnly,
    prices: keep(patch.prices, current.prices),
  };
}

function summaryOf(current: TargetRow, row: NewTarget): string {
  if (sameJson({ ...withoutVersion(current), enabled: row.enabled }, row)) {
    return `${row.enabled ? 'Enabled' : 'Disabled'} the target ${row.slug}.`;
  }
  return `Changed the target ${row.slug}.`;
}

function withoutVersion({ version: _version, ...rest }: TargetRow): NewTarget {
  return rest;
}
