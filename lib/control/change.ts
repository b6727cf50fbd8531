import type { AuditEntry } from '#lib/contract/api.ts';
import type { Override } from '#lib/contract/breaker-view.ts';
import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import type { Repositories } from '#lib/store/store.ts';
import { authorise } from './actor.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './errors.ts';
import { raiseConfigVersion } from './setting-keys.ts';
import { snapshotFrom } from './snapshot/build.ts';

/** What a change says about itself; who, when and through what are added. */
export interface ChangeNote {
  /** `flow.update`, `breaker.override.set`, ... */
  action: string;
  entity: string;
  entityId: string;
  /** One sentence for people. */
  summary: string;
  reason?: string | null;
  before?: unknown;
  after?: unknown;
}

export interface ChangeTools {
  tx: Repositories;
  /** The actor's name. */
  by: string;
  /** Wall-clock ms of the change. */
  atWallMs: number;
  audit(note: ChangeNote): Promise<void>;
  /** Call when overrides changed: the gateway is told after the commit. */
  overridesChanged(): void;
}

/** `config`: the gateway gets a new snapshot; `overrides`: the overrides; `nothing`: neither. */
export type Reach = 'config' | 'overrides' | 'nothing';

/**
 * The one way to change durable state: authorise, do and audit in one transaction, then tell the gateway and the live feed. A change
 * that writes without an audit entry is a programming error and is rolled back. Without any entry nothing is published.
 *
 * @throws ControlError `gateway_timeout` when overrides were saved but the gateway has not confirmed them; whatever `work` throws
 */
export async function change<T>(
  ctx: ControlContext,
  reach: Reach,
  work: (tools: ChangeTools) => Promise<T>,
): Promise<T> {
  const by = authorise(ctx);
  const done = await ctx.store.transaction((tx) => inside(ctx, tx, by, reach, work));
  for (const entry of done.entries) ctx.announce.audit(entry);
  if (done.snapshot !== null) ctx.announce.configChanged(done.snapshot.version);
  // Both go out now, before any wait: this list of overrides must not overtake that of a later change.
  await Promise.all([deliverSnapshot(ctx, done.snapshot), deliverOverrides(ctx, done.overrides)]);
  return done.result;
}

/** The change stands whether or not a worker is there to take it: the port delivers it to the next one. */
async function deliverSnapshot(ctx: ControlContext, snapshot: ConfigSnapshot | null): Promise<void> {
  if (snapshot !== null) await ctx.gateway.publish(snapshot).catch(() => undefined);
}

interface Done<T> {
  result: T;
  entries: AuditEntry[];
  snapshot: ConfigSnapshot | null;
  overrides: Override[] | null;
}

async function inside<T>(
  ctx: ControlContext,
  tx: Repositories,
  by: string,
  reach: Reach,
  work: (tools: ChangeTools) => Promise<T>,
): Promise<Done<T>> {
  const atWallMs = ctx.now();
  const entries: AuditEntry[] = [];
  let overridesToo = reach === 'overrides';
  const writtenBefore = await tx.audit.rowsWritten();
  const result = await work({
    tx,
    by,
    atWallMs,
    audit: async (note) => {
      const { reason = null, before = null, after = null, ...rest } = note;
      entries.push(await tx.audit.add({ ...rest, reason, before, after, by, via: ctx.via, atWallMs }));
    },
    overridesChanged: () => {
      overridesToo = true;
    },
  });
  if (entries.length === 0) {
    if ((await tx.audit.rowsWritten()) !== writtenBefore) throw new Error('A change without an audit entry.');
    return { result, entries, snapshot: null, overrides: null };
  }
  if (reach === 'config') await raiseConfigVersion(tx);
  return {
    result,
    entries,
    snapshot: reach === 'config' ? (await snapshotFrom(ctx, tx)).snapshot : null,
    overrides: overridesToo ? inForce(await tx.overrides.list(), atWallMs) : null,
  };
}

async function deliverOverrides(ctx: ControlContext, overrides: Override[] | null): Promise<void> {
  if (overrides === null) return;
  try {
    await ctx.gateway.setOverrides(overrides);
  } catch {
    throw new ControlError(
      'gateway_timeout',
      'The change is saved, but the gateway has not confirmed it yet. It takes effect as soon as the gateway answers.',
    );
  }
}

/** Without those that have expired. */
export function inForce(overrides: readonly Override[], nowWallMs: number): Override[] {
  return overrides.filter(({ expiresAtWallMs }) => expiresAtWallMs === null || expiresAtWallMs > nowWallMs);
}
