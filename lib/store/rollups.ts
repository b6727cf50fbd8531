import type { Histogram, MetricCell } from '#lib/contract/records.ts';
import type { MetricRollup, Prisma } from './generated/client.ts';
import { fromJson, toJson } from './json.ts';

/** Counts of one span, as telemetry hands them over. */
export interface RollupRow extends MetricCell {
  /** Start of the span, wall-clock ms. */
  startWallMs: number;
  spanSeconds: number;
}

/** How many requests of a flow ended in one way within a span. */
export interface EndingCount {
  startWallMs: number;
  spanSeconds: number;
  flow: string;
  /** The target that served, or ''. */
  target: string;
  outcome: string;
  count: number;
}

export interface RollupQuery {
  kind?: MetricCell['kind'];
  fromWallMs: number;
  /** Exclusive. */
  toWallMs: number;
  flow?: string;
  /** Any of these; absent: all. */
  targets?: readonly string[];
}

export function rollupRepository(db: Prisma.TransactionClient) {
  return {
    /** A span may be handed over in parts: queries add them up. */
    async addAll(rows: readonly RollupRow[]): Promise<void> {
      await db.metricRollup.createMany({ data: rows.map(toColumns) });
    },
    /** Oldest first. */
    async list(query: RollupQuery): Promise<RollupRow[]> {
      const rows = await db.metricRollup.findMany({
        where: {
          kind: query.kind,
          bucket: { gte: new Date(query.fromWallMs), lt: new Date(query.toWallMs) },
          flow: query.flow,
          target: query.targets === undefined ? undefined : { in: [...query.targets] },
        },
        orderBy: { bucket: 'asc' },
      });
      return rows.map(toRow);
    },
    /** How requests ended, without their times; oldest span first. */
    async endings(query: {
      flows: readonly string[];
      fromWallMs: number;
      /** Exclusive. */
      toWallMs: number;
    }): Promise<EndingCount[]> {
      const rows = await db.metricRollup.groupBy({
        by: ['bucket', 'stepSeconds', 'flow', 'target', 'outcome'],
        where: {
          kind: 'request',
          bucket: { gte: new Date(query.fromWallMs), lt: new Date(query.toWallMs) },
          flow: { in: [...query.flows] },
        },
        _sum: { count: true },
        orderBy: { bucket: 'asc' },
      });
      return rows.map(({ bucket, stepSeconds, _sum, ...rest }) => ({
        ...rest,
        startWallMs: bucket.getTime(),
        spanSeconds: stepSeconds,
        count: _sum.count ?? 0,
      }));
    },
    /** Start of the oldest span that is shorter than `spanSeconds` and starts before `wallMs`; null: none. */
    async oldestShorterThan(spanSeconds: number, wallMs: number): Promise<number | null> {
      const row = await db.metricRollup.findFirst({
        where: { stepSeconds: { lt: spanSeconds }, bucket: { lt: new Date(wallMs) } },
        orderBy: { bucket: 'asc' },
        select: { bucket: true },
      });
      return row?.bucket.getTime() ?? null;
    },
    /** Takes out the spans shorter than `spanSeconds` that start in [fromWallMs, toWallMs). */
    async takeShorterThan(spanSeconds: number, fromWallMs: number, toWallMs: number): Promise<RollupRow[]> {
      const where = {
        stepSeconds: { lt: spanSeconds },
        bucket: { gte: new Date(fromWallMs), lt: new Date(toWallMs) },
      };
      const rows = await db.metricRollup.findMany({ where });
      await db.metricRollup.deleteMany({ where });
      return rows.map(toRow);
    },
    /** Start of the newest span before `wallMs`; null: none. */
    async latestBefore(wallMs: number): Promise<number | null> {
      const row = await db.metricRollup.findFirst({
        where: { bucket: { lt: new Date(wallMs) } },
        orderBy: { bucket: 'desc' },
        select: { bucket: true },
      });
      return row?.bucket.getTime() ?? null;
    },
  };
}

function toColumns(row: RollupRow) {
  return {
    bucket: new Date(row.startWallMs),
    stepSeconds: row.spanSeconds,
    kind: row.kind,
    flow: row.flow,
    target: row.target,
    outcome: row.outcome,
    count: row.count,
    latency: toJson(row.latency),
    latencyMaxMs: row.latencyMaxMs,
    firstToken: toJson(row.firstToken),
  };
}

function toRow(row: MetricRollup): RollupRow {
  return {
    // Written from the contract's union only.
    kind: row.kind as MetricCell['kind'],
    flow: row.flow,
    target: row.target,
    outcome: row.outcome,
    count: row.count,
    latency: fromJson<Histogram>(row.latency),
    latencyMaxMs: row.latencyMaxMs,
    firstToken: fromJson<Histogram>(row.firstToken),
    startWallMs: row.bucket.getTime(),
    spanSeconds: row.stepSeconds,
  };
}
