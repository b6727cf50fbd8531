import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import {
  apiKeyViewSchema,
  auditEntrySchema,
  flowViewSchema,
  type Metrics,
  metricsSchema,
  providerViewSchema,
  type Status,
  settingsViewSchema,
  statusSchema,
  targetViewSchema,
} from '#lib/contract/api.ts';
import { breakerTransitionSchema, breakerViewSchema } from '#lib/contract/breaker-view.ts';
import { failuresSchema } from '#lib/contract/failures.ts';
import { requestRecordSchema } from '#lib/contract/records.ts';
import { simulatorViewSchema } from '#lib/contract/simulator.ts';
import { callApi } from './client.ts';
import { keys } from './keys.ts';

export const page = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable().default(null) });

/** A transition as a row of a list; whatever else the row carries is left out. */
export const eventRowSchema = z.object(breakerTransitionSchema.shape);
export type EventRow = z.output<typeof eventRowSchema>;

const breakersSchema = z.object({ items: z.array(breakerViewSchema) });

/** All rows of a small collection. */
function useAll<S extends z.ZodType>(key: readonly string[], path: string, item: S) {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) =>
      (await callApi({ path, answer: page(item), query: { limit: 200 }, signal })).items,
    staleTime: 30_000,
  });
}

export const useProviders = () => useAll(keys.providers, '/providers', providerViewSchema);
export const useTargets = () => useAll(keys.targets, '/targets', targetViewSchema);
export const useFlows = () => useAll(keys.flows, '/flows', flowViewSchema);
export const useApiKeys = () => useAll(keys.apiKeys, '/api-keys', apiKeyViewSchema);

export function useStatus(): UseQueryResult<Status> {
  return useQuery({
    queryKey: keys.status,
    queryFn: ({ signal }) => callApi({ path: '/status', answer: statusSchema, signal }),
    staleTime: 60_000,
    // The configuration file may change on the disk, which no event tells.
    refetchInterval: 60_000,
  });
}

export function useSettings() {
  return useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => callApi({ path: '/settings', answer: settingsViewSchema, signal }),
    staleTime: 30_000,
  });
}

/** Only while the demo runs. */
export function useSimulator(enabled: boolean) {
  return useQuery({
    queryKey: keys.simulator,
    queryFn: ({ signal }) => callApi({ path: '/simulator', answer: simulatorViewSchema, signal }),
    enabled,
    staleTime: 10_000,
    // It may be on its way up, or starting again.
    refetchInterval: ({ state }) => (state.data?.running === false ? 1_000 : false),
  });
}

export function fetchBreakers(signal?: AbortSignal) {
  return callApi({ path: '/breakers', answer: breakersSchema, ...(signal ? { signal } : {}) });
}

export interface MetricsQuery {
  fromMs: number;
  toMs: number;
  by: 'target' | 'flow' | 'provider';
  id?: string;
  stepSeconds?: number;
}

/** `live`: re-read every few seconds (the range ends now). The last good data stays on screen while the next is read. */
export function useMetrics(key: readonly unknown[], query: () => MetricsQuery, refreshMs: number | false) {
  return useQuery<Metrics>({
    queryKey: [...keys.metrics, ...key],
    queryFn: ({ signal }) => {
      const { fromMs, toMs, by, id, stepSeconds } = query();
      return callApi({
        path: '/metrics',
        answer: metricsSchema,
        query: {
          from: new Date(fromMs).toISOString(),
          to: new Date(toMs).toISOString(),
          by,
          id,
          step: stepSeconds,
        },
        signal,
      });
    },
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });
}

export function useFailures(
  key: readonly unknown[],
  bounds: () => { fromMs: number; toMs: number },
  refreshMs: number | false,
) {
  return useQuery({
    queryKey: [...keys.failures, ...key],
    queryFn: ({ signal }) => {
      const { fromMs, toMs } = bounds();
      const query = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
      return callApi({ path: '/failures', answer: failuresSchema, query, signal });
    },
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });
}

export interface ListQuery {
  [name: string]: string | number | null | undefined;
}

export function useRequests(query: ListQuery, refreshMs: number | false = false) {
  return useQuery({
    queryKey: [...keys.requests, query],
    queryFn: ({ signal }) => callApi({ path: '/requests', answer: page(requestRecordSchema), query, signal }),
    refetchInterval: refreshMs,
    placeholderData: keepPreviousData,
  });
}

export function useRequestRecord(id: string | null) {
  return useQuery({
    queryKey: [...keys.requests, 'one', id],
    queryFn: ({ signal }) =>
      callApi({ path: `/requests/${encodeURIComponent(id ?? '')}`, answer: requestRecordSchema, signal }),
    enabled: id !== null,
  });
}

export function useEvents(query: ListQuery) {
  return useQuery({
    queryKey: [...keys.events, query],
    queryFn: ({ signal }) => callApi({ path: '/events', answer: page(eventRowSchema), query, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useAudit(query: ListQuery) {
  return useQuery({
    queryKey: [...keys.audit, query],
    queryFn: ({ signal }) => callApi({ path: '/audit', answer: page(auditEntrySchema), query, signal }),
    placeholderData: keepPreviousData,
  });
}
