'use client';

import { useQuery } from '@tanstack/react-query';
import { settingsViewSchema } from '#lib/contract/api.ts';
import { callApi } from '../api/client.ts';
import { keys } from '../api/keys.ts';

/** Settings that hold for every target. */
export function useSettings() {
  return useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => callApi({ path: '/settings', answer: settingsViewSchema, signal }),
    staleTime: 30_000,
  });
}
