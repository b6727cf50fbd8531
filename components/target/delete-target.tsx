'use client';

import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { TargetView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { useChangeTarget } from '../api/target-changes.ts';
import { joinWords } from '../ui/format.ts';

/** Deleting takes two presses, and only what no flow uses can be deleted: for the rest there is Drain. */
export function DeleteTarget({ target }: { target: TargetView }) {
  const [asked, setAsked] = useState(false);
  const change = useChangeTarget();
  const router = useRouter();
  if (target.flows.length > 0) {
    return (
      <Text size="xs" c="dimmed">
        To delete it, take it out of {joinWords(target.flows)} first. To stop calls to it, drain it.
      </Text>
    );
  }
  const remove = async () => {
    try {
      // Not through callbacks of the mutation: with the row, this button goes, and they would not be heard.
      await change.mutateAsync({ type: 'delete', slug: target.slug, version: target.version });
      router.push('/targets');
    } catch (error) {
      notifications.show({
        title: `${target.slug}: not deleted`,
        message: errorMessage(error),
        color: 'red.9',
      });
    }
  };
  return (
    <Button
      variant="default"
      loading={change.isPending}
      onClick={() => (asked ? void remove() : setAsked(true))}
      onBlur={() => setAsked(false)}
    >
      {asked ? `Yes, delete ${target.slug}` : 'Delete target'}
    </Button>
  );
}
