'use client';

import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import { callApi, errorMessage } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { Alarm } from '../ui/alarm.tsx';
import touch from './touch.module.css';

/** Deletes a flow once its slug has been typed: its callers get "unknown flow" from then on. */
export function DeleteFlow({ flow }: { flow: FlowView }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Delete this flow…
      </Button>
      <Modal
        classNames={{ body: touch.touch }}
        opened={open}
        onClose={() => setOpen(false)}
        title={`Delete ${flow.name}?`}
      >
        <DeleteForm flow={flow} onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function DeleteForm({ flow, onClose }: { flow: FlowView; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const router = useRouter();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      callApi({ path: `/flows/${encodeURIComponent(flow.slug)}`, method: 'DELETE', version: flow.version }),
    onSuccess: () => {
      router.push('/flows');
      void client.invalidateQueries({ queryKey: keys.flows });
    },
  });
  const names = [flow.slug, ...flow.aliases].map((name) => `“${name}”`).join(', ');
  return (
    <>
      <Text size="sm">
        Requests for {names} will be answered 404 at once. The recorded requests and the history stay. This
        cannot be undone.
      </Text>
      <TextInput
        mt={12}
        data-autofocus
        label={`Type ${flow.slug} to confirm`}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {remove.error === null ? null : <Alarm text={errorMessage(remove.error)} />}
      <Group mt={16} gap={8} justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button disabled={typed !== flow.slug} loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete the flow
        </Button>
      </Group>
    </>
  );
}
