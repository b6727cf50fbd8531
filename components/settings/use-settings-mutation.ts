'use client';

import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRecentActions } from '../ui/recent-actions.tsx';

/** A change of settings: runs, re-reads what it made stale, and notes what was done. */
export function useSettingsMutation<Input, Output>(
  run: (input: Input) => Promise<Output>,
  stale: readonly QueryKey[],
  said: (input: Input) => string,
) {
  const client = useQueryClient();
  const { record } = useRecentActions();
  return useMutation({
    mutationFn: run,
    onSuccess: (_output, input) => {
      record({ text: said(input) });
      for (const queryKey of stale) void client.invalidateQueries({ queryKey });
    },
  });
}
