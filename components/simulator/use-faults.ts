'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { activeFaultSchema, type FaultRule } from '#lib/contract/simulator.ts';
import { callApi } from '../api/client.ts';
import { keys } from '../api/keys.ts';

/** What the panel can do to the simulated vendors; each goes through the control API. */
export function useFaultActions() {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.simulator });
  const add = useMutation({
    mutationFn: (rule: FaultRule) =>
      callApi({ path: '/simulator/faults', method: 'POST', body: rule, answer: activeFaultSchema }),
    onSuccess,
  });
  const heal = useMutation({
    mutationFn: (id: string) =>
      callApi({ path: `/simulator/faults/${encodeURIComponent(id)}`, method: 'DELETE' }),
    onSuccess,
  });
  const healAll = useMutation({
    mutationFn: () => callApi({ path: '/simulator/faults', method: 'DELETE' }),
    onSuccess,
  });
  const traffic = useMutation({
    mutationFn: (on: boolean) => callApi({ path: '/simulator/traffic', method: 'PUT', body: { on } }),
    onSuccess,
  });
  return { add, heal, healAll, traffic };
}
