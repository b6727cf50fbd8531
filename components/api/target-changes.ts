import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { type targetCreateSchema, type targetPatchSchema, targetViewSchema } from '#lib/contract/api.ts';
import { callApi } from './client.ts';
import { keys } from './keys.ts';

export type TargetCreate = z.input<typeof targetCreateSchema>;
export type TargetPatch = z.input<typeof targetPatchSchema>;

export type TargetChange =
  | { type: 'create'; body: TargetCreate }
  | { type: 'update'; slug: string; version: number; body: TargetPatch }
  | { type: 'delete'; slug: string; version: number };

/** Creates, changes or deletes a target; what depends on it is read again afterwards. */
export function useChangeTarget() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.targets }),
        client.invalidateQueries({ queryKey: keys.flows }),
      ]),
  });
}

async function run(change: TargetChange): Promise<void> {
  switch (change.type) {
    case 'create':
      await callApi({ path: '/targets', method: 'POST', body: change.body, answer: targetViewSchema });
      return;
    case 'update':
      await callApi({
        path: `/targets/${change.slug}`,
        method: 'PATCH',
        version: change.version,
        body: change.body,
        answer: targetViewSchema,
      });
      return;
    case 'delete':
      await callApi({ path: `/targets/${change.slug}`, method: 'DELETE', version: change.version });
      return;
    default:
      return unreachable(change);
  }
}

function unreachable(value: never): never {
  throw new Error(`Unhandled change: ${JSON.stringify(value)}`);
}
