'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FlowView, flowViewSchema } from '#lib/contract/api.ts';
import { ApiError, callApi } from '../api/client.ts';
import { keys } from '../api/keys.ts';

export interface FlowSave {
  method: 'PUT' | 'PATCH';
  /** After /flows/{slug}: '' or '/chain'. */
  path: '' | '/chain';
  body: unknown;
}

/**
 * Publishes a change of a flow. When somebody else was faster, what they published is put into the cache, so that the
 * page shows it beside the draft, and the refusal is thrown on.
 */
export function useSaveFlow(flow: FlowView) {
  const client = useQueryClient();
  const put = (next: FlowView) =>
    client.setQueryData<FlowView[]>(keys.flows, (flows) =>
      flows?.map((each) => (each.slug === next.slug && each.version <= next.version ? next : each)),
    );
  return useMutation({
    mutationFn: ({ method, path, body }: FlowSave) =>
      callApi({
        path: `/flows/${encodeURIComponent(flow.slug)}${path}`,
        method,
        body,
        version: flow.version,
        answer: flowViewSchema,
      }),
    onSuccess: put,
    onError: (error) => {
      if (!(error instanceof ApiError) || error.code !== 'stale_version') return;
      const current = flowViewSchema.safeParse(error.current);
      if (current.success) put(current.data);
      else void client.invalidateQueries({ queryKey: keys.flows });
    },
  });
}
