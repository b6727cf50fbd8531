'use client';

import { useQuery } from '@tanstack/react-query';
import { readinessSchema } from '#lib/contract/readiness.ts';
import { callApi } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { page } from '../api/resources.ts';

const STALE_MS = 30_000;
/** A credential that its provider begins to refuse is told by no event. */
const AGAIN_MS = 60_000;

/** What one flow lacks. */
export function useFlowReadiness(slug: string) {
  return useQuery({
    queryKey: [...keys.readiness, slug],
    queryFn: ({ signal }) =>
      callApi({ path: `/flows/${encodeURIComponent(slug)}/readiness`, answer: readinessSchema, signal }),
    staleTime: STALE_MS,
    refetchInterval: AGAIN_MS,
  });
}

/** The same of every flow. */
export function useReadiness() {
  return useQuery({
    queryKey: keys.readiness,
    queryFn: async ({ signal }) => {
      const query = { limit: 200 };
      return (await callApi({ path: '/readiness', answer: page(readinessSchema), query, signal })).items;
    },
    staleTime: STALE_MS,
    refetchInterval: AGAIN_MS,
  });
}
