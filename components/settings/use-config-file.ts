'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { configDiffSchema } from '#lib/contract/api.ts';
import { type ConfigFileView, configFileAnswerSchema } from '#lib/contract/config-file.ts';
import { callApi } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { plural } from '../ui/format.ts';
import { useRecentActions } from '../ui/recent-actions.tsx';

/** The file that the product was started with, beside what is running; null: it was started without one. */
export function useConfigFile() {
  return useQuery({
    queryKey: keys.configFile,
    queryFn: async ({ signal }) =>
      (await callApi({ path: '/config/file', answer: configFileAnswerSchema, signal })).file,
    staleTime: 30_000,
  });
}

/** Puts the file in force as it was looked at; what is on the page is then read anew. */
export function useApplyConfigFile() {
  const client = useQueryClient();
  const { record } = useRecentActions();
  return useMutation({
    mutationFn: ({ sha256, configVersion }: ConfigFileView) =>
      callApi({
        path: '/config/file/apply',
        method: 'POST',
        body: { sha256 },
        version: configVersion,
        answer: configDiffSchema,
      }),
    onSuccess: async ({ changes }, { name }) => {
      record({ text: `Put ${name} in force: ${plural(changes.length, 'difference')}` });
      await client.invalidateQueries();
    },
    onError: () => client.invalidateQueries({ queryKey: keys.configFile }),
  });
}
