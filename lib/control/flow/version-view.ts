import type { FlowVersion } from '#lib/contract/flow-editing.ts';
import type { VersionRow } from '#lib/store/flow-versions.ts';
import type { FlowRow } from '#lib/store/flows.ts';
import { ControlError } from '../errors.ts';
import { diffPublished } from './published-diff.ts';

/** `previous` is the version before it; null: it is the first. */
export function viewVersion(flow: FlowRow, row: VersionRow, previous: VersionRow | null): FlowVersion {
  return {
    flow: flow.slug,
    number: row.number,
    live: row.number === flow.published.number,
    publishedAtWallMs: row.atWallMs,
    publishedBy: row.by,
    reason: row.reason,
    changes: previous === null ? [] : diffPublished(previous, row),
  };
}

/** @throws ControlError `not_found` naming the newest */
export function requireExists(flow: FlowRow, number: number, row: VersionRow | null): VersionRow {
  if (row !== null) return row;
  throw new ControlError(
    'not_found',
    `The flow "${flow.slug}" has no version ${number}; the newest is ${flow.published.number}.`,
  );
}
