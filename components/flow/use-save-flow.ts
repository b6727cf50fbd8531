'use client';

import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FlowView, flowViewSchema } from '#lib/contract/api.ts';
import { ApiError, callApi, errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { useRecentActions } from '../ui/recent-actions.tsx';

export interface FlowSave {
  method: 'PUT' | 'PATCH';
  /** After /flows/{slug}: '' or '/chain'. */
  path: '' | '/chain';
  body: object;
  /** The same call with what was published before: how the change is undone. */
  inverse: object;
  /** Why, for the history; one is required when chain or policy change. */
  reason?: string;
  /** "Changed the order of Support chat" */
  said: string;
}

const REASON_MAX = 500;

/**
 * Publishes a change of a flow. When somebody else was faster, what they published is put into the cache, so that the
 * page shows it beside the draft, and the refusal is thrown on.
 */
export function useSaveFlow(flow: FlowView) {
  const client = useQueryClient();
  const { record } = useRecentActions();
  const put = (next: FlowView) =>
    client.setQueryData<FlowView[]>(keys.flows, (flows) =>
      flows?.map((each) => (each.slug === next.slug && each.version <= next.version ? next : each)),
    );
  const send = ({ method, path }: FlowSave, body: unknown, version: number) =>
    callApi({
      path: `/flows/${encodeURIComponent(flow.slug)}${path}`,
      method,
      body,
      version,
      answer: flowViewSchema,
    });
  const undo = (save: FlowSave, version: number) => {
    send(save, { ...save.inverse, reason: `Undone: ${save.said}.` }, version)
      .then(put)
      .catch((error) => notifications.show({ title: 'Not undone', message: errorMessage(error) }));
  };
  return useMutation({
    mutationFn: (save: FlowSave) =>
      send(save, { ...save.body, reason: save.reason?.slice(0, REASON_MAX) }, flow.version),
    onSuccess: (next, save) => {
      put(next);
      record({ text: save.said, undo: { label: 'Undo', run: () => undo(save, next.version) } });
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.code !== 'stale_version') return;
      const current = flowViewSchema.safeParse(error.current);
      if (current.success) put(current.data);
      else void client.invalidateQueries({ queryKey: keys.flows });
    },
  });
}
