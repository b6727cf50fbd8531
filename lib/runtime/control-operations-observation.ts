import type { ConfigSnapshot } from '#lib/contract/snapshot.ts';
import { listAudit } from '#lib/control/audit/list.ts';
import { ControlError } from '#lib/control/errors.ts';
import { listEvents } from '#lib/control/event/list.ts';
import { listFailures } from '#lib/control/failure/list.ts';
import { rollupHistory } from '#lib/control/metrics/rollup-history.ts';
import { getRequest } from '#lib/control/request/get.ts';
import { listRequests } from '#lib/control/request/list.ts';
import { queryMetrics } from '#lib/telemetry/metrics-query.ts';
import type { Recorder } from '#lib/telemetry/recorder.ts';
import type { Call, Handlers } from './control-operations.ts';

/** A chart of more points than this is a mistake. */
const POINTS_MAX = 5_000;
const HOUR_MS = 3_600_000;

export interface ObservationDeps {
  recorder: Recorder;
  published: () => ConfigSnapshot | null;
}

export function observationHandlers(
  deps: ObservationDeps,
): Handlers<'metrics' | 'attempts' | 'failures' | 'requests' | 'events' | 'audit'> {
  return {
    'metrics.query': (call) => metrics(deps, call),
    'attempts.list': async ({ query: { from, ...filter } }) =>
      deps.recorder.attempts.query({ ...filter, sinceWallMs: from }),
    'failures.list': (call) => failures(deps, call),
    'requests.list': ({ ctx, query: { from, to, ...filter } }) =>
      listRequests({ ctx, input: { ...filter, fromWallMs: from, toWallMs: to } }),
    'requests.get': ({ ctx, params }) => getRequest({ ctx, input: params }),
    'events.list': ({ ctx, query: { from, to, id, ...filter } }) =>
      listEvents({ ctx, input: { ...filter, scopeId: id, fromWallMs: from, toWallMs: to } }),
    'audit.list': ({ ctx, query }) => listAudit({ ctx, input: query }),
  };
}

function metrics(deps: ObservationDeps, { ctx, query }: Call<'metrics.query'>) {
  const { from, to } = checkedRange(ctx.now(), query, HOUR_MS);
  const config = deps.published();
  const providers = new Map(config?.targets.map((target) => [target.slug, target.provider]));
  const rows = { target: config?.targets, flow: config?.flows, provider: config?.providers }[query.by];
  return queryMetrics(deps.recorder, rollupHistory({ ctx }), {
    fromWallMs: from,
    toWallMs: to,
    stepSeconds: query.step,
    by: query.by,
    id: query.id,
    keys: (rows ?? []).map((row) => row.slug),
    providerOf: (target) => providers.get(target) ?? null,
  });
}

/** Counts come from every attempt, in memory and rolled up; what they said from the recorded ones. */
async function failures(deps: ObservationDeps, { ctx, query }: Call<'failures.list'>) {
  const { from, to } = checkedRange(ctx.now(), query, 24 * HOUR_MS);
  const { series } = await queryMetrics(deps.recorder, rollupHistory({ ctx }), {
    fromWallMs: from,
    toWallMs: to,
    by: 'target',
    keys: [],
    providerOf: () => null,
  });
  const outcomes = new Map(series.map((one) => [one.key, one.outcomes]));
  return listFailures({ ctx, input: { fromWallMs: from, toWallMs: to, outcomes } });
}

/** @throws ControlError `invalid` */
function checkedRange(
  nowWallMs: number,
  query: { from?: number | undefined; to?: number | undefined; step?: number | undefined },
  lengthMs: number,
): { from: number; to: number } {
  const to = query.to ?? nowWallMs;
  const from = query.from ?? to - lengthMs;
  const issue = rangeIssue(from, to, query.step);
  if (issue !== null) throw new ControlError('invalid', issue.message, { issues: [issue] });
  return { from, to };
}

function rangeIssue(from: number, to: number, step: number | undefined) {
  if (from >= to) return { path: 'from', message: 'The range is empty: from must be before to.' };
  if (step === undefined || (to - from) / 1000 / step <= POINTS_MAX) return null;
  return { path: 'step', message: `That is more than ${POINTS_MAX} points: ask for a longer step.` };
}
