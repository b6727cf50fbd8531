'use client';

import { useQuery } from '@tanstack/react-query';
import { requestRecordSchema } from '#lib/contract/records.ts';
import { ApiError, callApi } from '../api/client.ts';
import { keys } from '../api/keys.ts';

/** The recorder writes in batches, so a record may come a moment after the answer. */
const TRIES = 6;
const WAIT_MS = 800;

/** The recorded trail of a finished request; null while it is under way. */
export function useTrail(requestId: string | null) {
  return useQuery({
    queryKey: [...keys.requests, 'trail', requestId],
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      return callApi({
        path: `/requests/${encodeURIComponent(requestId ?? '')}`,
        answer: requestRecordSchema,
        signal,
      });
    },
    enabled: requestId !== null,
    retry: (count, error) => count < TRIES && error instanceof ApiError && error.status === 404,
    retryDelay: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
