import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { impactSchema, type OverridePut } from '#lib/contract/api.ts';
import { type BreakerView, breakerViewSchema } from '#lib/contract/breaker-view.ts';
import { useLiveStore } from '../live/live-provider.tsx';
import { callApi } from './client.ts';
import { keys } from './keys.ts';

export interface ScopeRef {
  scope: BreakerView['scope'];
  id: string;
}

const path = ({ scope, id }: ScopeRef) => `/breakers/${scope}/${encodeURIComponent(id)}`;

/** What an override would do, as the server computes it now. Never from a cache: the dialog decides on it. */
export function useImpact(ref: ScopeRef, kind: OverridePut['kind'], enabled: boolean) {
  return useQuery({
    queryKey: ['impact', ref.scope, ref.id, kind],
    queryFn: ({ signal }) =>
      callApi({ path: `${path(ref)}/impact`, query: { kind }, answer: impactSchema, signal }),
    enabled,
    staleTime: 0,
    gcTime: 0,
    refetchInterval: 10_000,
  });
}

export type BreakerCommand =
  | { type: 'override'; body: OverridePut }
  | { type: 'clear' }
  | { type: 'reset' }
  | { type: 'probe' }
  | { type: 'clear-cooldown' };

/** Runs one command on a scope. It shows as done when the server says that the gateway has it, never before. */
export function useBreakerCommand(ref: ScopeRef) {
  const store = useLiveStore();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (command: BreakerCommand) => {
      await run(ref, command);
      // The answer says that it took effect; the view itself is read so that this page need not wait for its event.
      return callApi({ path: path(ref), answer: breakerViewSchema });
    },
    onSuccess: (view) => store.merge([view]),
    onSettled: () => client.invalidateQueries({ queryKey: keys.audit }, { cancelRefetch: false }),
  });
}

function run(ref: ScopeRef, command: BreakerCommand): Promise<unknown> {
  switch (command.type) {
    case 'override':
      return callApi({ path: `${path(ref)}/override`, method: 'PUT', body: command.body });
    case 'clear':
      return callApi({ path: `${path(ref)}/override`, method: 'DELETE' });
    case 'reset':
      return callApi({ path: `${path(ref)}/reset`, method: 'POST' });
    case 'probe':
      return callApi({ path: `${path(ref)}/probe`, method: 'POST' });
    case 'clear-cooldown':
      return callApi({ path: `${path(ref)}/cooldown`, method: 'DELETE' });
    default:
      return unreachable(command);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled command: ${JSON.stringify(value)}`);
}
