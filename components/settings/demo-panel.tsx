'use client';

import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { callApi, errorMessage } from '../api/client.ts';
import { useFlows, useProviders, useStatus, useTargets } from '../api/resources.ts';
import touch from '../flow/touch.module.css';
import { Alarm } from '../ui/alarm.tsx';
import { joinWords } from '../ui/format.ts';
import { Panel } from '../ui/panel.tsx';
import { demoContents, touchedFlows } from './demo-contents.ts';
import classes from './settings.module.css';

/** Takes the demo away; says first what will go. Nothing without a demo. */
export function DemoPanel() {
  const status = useStatus();
  const [opened, { open, close }] = useDisclosure(false);
  if (status.data?.demo !== true) return null;
  return (
    <Panel title="Demo">
      <p className={classes.quiet}>
        This workspace runs on simulated vendors, with traffic that it makes itself. What is your own stays
        when it goes, except for what your flows take from it.
      </p>
      <Button variant="default" onClick={open}>
        Remove the demo…
      </Button>
      <Modal
        classNames={{ body: touch.touch }}
        opened={opened}
        onClose={close}
        title="Remove the demo?"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <RemoveDemo onClose={close} />
      </Modal>
    </Panel>
  );
}

function RemoveDemo({ onClose }: { onClose: () => void }) {
  const targets = useTargets().data ?? [];
  const flows = useFlows().data ?? [];
  const contents = demoContents(useProviders().data ?? [], targets, flows);
  const touched = touchedFlows(targets, flows);
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => callApi({ path: '/demo', method: 'DELETE' }),
    onSuccess: async () => {
      await client.invalidateQueries();
      onClose();
    },
  });
  return (
    <>
      <Text size="sm" mb={8}>
        These go, with the simulator and its traffic:
      </Text>
      <ul className={classes.list}>
        {contents.map(({ what, names }) => (
          <li key={what}>
            {what}: {names.length === 0 ? 'none' : joinWords(names)}
          </li>
        ))}
      </ul>
      {touched.gone.length === 0 ? null : (
        <Text size="sm" mb={8}>
          <strong>Your own {joinWords(touched.gone)}</strong> {touched.gone.length === 1 ? 'goes' : 'go'} too:
          nothing but simulated targets in the chain. Add a target of your own first to keep it.
        </Text>
      )}
      {touched.shorter.length === 0 ? null : (
        <Text size="sm" mb={8}>
          Your own {joinWords(touched.shorter)} {touched.shorter.length === 1 ? 'stays' : 'stay'}, without the
          simulated targets.
        </Text>
      )}
      <Text size="sm">
        What has been recorded stays as history. The demo cannot be brought back in this data folder.
      </Text>
      {remove.error === null ? null : <Alarm text={errorMessage(remove.error)} />}
      <Group justify="flex-end" gap={8} mt={16}>
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove the demo
        </Button>
      </Group>
    </>
  );
}
