import type { FlowView } from '#lib/contract/api.ts';
import { publishReasonSchema } from '#lib/contract/flow-editing.ts';
import type { FlowRow, NewFlow } from '#lib/store/flows.ts';
import type { Repositories } from '#lib/store/store.ts';
import { type ChangeTools, change } from '../change.ts';
import { found, requireVersion, sameJson } from '../checks.ts';
import {
  type ConfigRows,
  type Fault,
  faultsAbout,
  flowDocument,
  invalid,
  loadRows,
  withRow,
} from '../config/document.ts';
import type { ControlContext } from '../context.ts';
import { viewFlow } from './view.ts';

/** What a version publishes. */
export type Published = Pick<FlowRow['published'], 'chain' | 'policy'>;

/** The part of a flow that its editors change. */
export type FlowContent = NewFlow & { published: Published };

/** A flow in the transaction that edits it, with everything else that is configured. */
export interface FlowEdit {
  rows: ConfigRows;
  current: FlowRow;
}

export interface FlowWrite {
  action: string;
  summary: string;
  reason: string | null;
  /** The flow as it should be. */
  next: FlowContent;
}

export interface SaveFlowInput extends Omit<FlowWrite, 'summary' | 'next'> {
  slug: string;
  expectedVersion: number;
  summary: (current: FlowRow) => string;
  /** The flow as it should be. Throws ControlError `invalid`. */
  apply: (current: FlowRow) => FlowContent;
}

/**
 * What every direct edit of a flow does: compare-and-set, then `writeFlow`.
 * @throws ControlError `not_found`, `stale_version`, `invalid`
 */
export async function saveFlow(ctx: ControlContext, input: SaveFlowInput): Promise<FlowView> {
  const { slug, expectedVersion, action, reason } = input;
  return change(ctx, 'config', async (tools) => {
    const edit = await flowToEdit(tools.tx, slug, expectedVersion);
    const next = input.apply(edit.current);
    return writeFlow(tools, edit, { action, reason, next, summary: input.summary(edit.current) });
  });
}

/** @throws ControlError `not_found`, `stale_version` with the flow as it is now */
export async function flowToEdit(tx: Repositories, slug: string, expectedVersion: number): Promise<FlowEdit> {
  const edit = await flowAmongAll(tx, slug);
  const { current, rows } = edit;
  requireVersion(current.version, expectedVersion, `The flow "${slug}"`, viewFlow(current, rows.targets));
  return edit;
}

/** @throws ControlError `not_found` */
export async function flowAmongAll(tx: Repositories, slug: string): Promise<FlowEdit> {
  const rows = await loadRows(tx);
  const current = rows.flows.find((row) => row.slug === slug);
  return { rows, current: found(current, 'flow', slug) };
}

/**
 * Checks the whole configuration, adds a version when chain or policy differ, which needs a reason, and audits. What says nothing new
 * writes nothing.
 * @throws ControlError `invalid` with the path of every fault, or at `reason`
 */
export async function writeFlow(
  { tx, by, atWallMs, audit }: ChangeTools,
  { rows, current }: FlowEdit,
  { action, summary, reason, next }: FlowWrite,
): Promise<FlowView> {
  if (sameJson(flowDocument(next), flowDocument(current))) return viewFlow(current, rows.targets);
  const publishes = !samePublished(next.published, current.published);
  const faults = [...faultsOfFlow(rows, next), ...(publishes ? reasonFaults(reason) : [])];
  if (faults.length > 0) throw invalid(faults);
  const { chain, policy } = next.published;
  await tx.flows.update(current.version, next, publishes ? { chain, policy, atWallMs, by, reason } : null);
  await audit({
    action,
    entity: 'flow',
    entityId: current.slug,
    summary,
    reason,
    before: flowDocument(current),
    after: flowDocument(next),
  });
  return viewFlow(found(await tx.flows.get(current.slug), 'flow', current.slug), rows.targets);
}

/** Why everything configured could not be in force with this flow as it should be; paths are the flow's own: `chain.1`. */
export function faultsOfFlow(rows: ConfigRows, next: FlowContent): Fault[] {
  const flows = withRow<FlowContent>(rows.flows, next);
  return faultsAbout({ ...rows, flows }, { list: 'flows', slug: next.slug });
}

/** Every published version carries a reason, whatever way it comes in. */
function reasonFaults(reason: string | null): Fault[] {
  const issues = publishReasonSchema.safeParse(reason ?? undefined).error?.issues ?? [];
  return issues.map(({ message }) => ({ path: 'reason', message }));
}

/** True when publishing one where the other is in force would change nothing. */
export function samePublished(a: Published, b: Published): boolean {
  return sameJson([a.chain, a.policy], [b.chain, b.policy]);
}
