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
    mutationFn: (command: BreakerCommand) => run(ref, command),
    onSuccess: (view) => store.merge([view]),
    onSettled: () => client.invalidateQueries({ queryKey: keys.audit }, { cancelRefetch: false }),
  });
}

/** Every answer is the scope's view after the effect. */
function run(ref: ScopeRef, command: BreakerCommand): Promise<BreakerView> {
  const at = path(ref);
  const answer = breakerViewSchema;
  switch (command.type) {
    case 'override':
      return callApi({ path: `${at}/override`, method: 'PUT', body: command.body, answer });
    case 'clear':
      return callApi({ path: `${at}/override`, method: 'DELETE', answer });
    case 'reset':
      return callApi({ path: `${at}/reset`, method: 'POST', answer });
    case 'probe':
      return callApi({ path: `${at}/probe`, method: 'POST', answer });
    case 'clear-cooldown':
      return callApi({ path: `${at}/cooldown`, method: 'DELETE', answer });
    default:
      return unreachable(command);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled command: ${JSON.stringify(value)}`);
}
