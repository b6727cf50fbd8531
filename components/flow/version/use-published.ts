'use client';

import { notifications } from '@mantine/notifications';
import type { FlowView } from '#lib/contract/api.ts';
import { errorMessage } from '../../api/client.ts';
import { useRecentActions } from '../../ui/recent-actions.tsx';
import { useRollBack } from '../editor/draft-api.ts';

/** Says that a version is in force, with the way back: the version that was in force before. */
export function usePublished() {
  const { record } = useRecentActions();
  return (before: FlowView, next: FlowView, said: string, undo: (version: number) => void) => {
    record({ text: said, undo: { label: 'Undo', run: () => undo(next.version) } });
    notifications.show({
      title: `Version ${next.publishedVersion} of ${next.name} is in force`,
      message: `Version ${before.publishedVersion} stays in the list of versions.`,
    });
  };
}

/** Puts the version that was in force before back, with a reason that says so. */
export function useUndoPublication(flow: FlowView, said: string) {
  const back = useRollBack(flow.slug);
  return (version: number) =>
    void back
      .mutateAsync({ version, number: flow.publishedVersion, reason: `Undone: ${said}.`.slice(0, 500) })
      .catch((error: unknown) => notifications.show({ title: 'Not undone', message: errorMessage(error) }));
}
