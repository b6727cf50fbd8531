'use client';

import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ConfigFileView } from '#lib/contract/config-file.ts';
import { shortValue } from '../activity/json-diff.ts';
import { errorMessage } from '../api/client.ts';
import touch from '../flow/touch.module.css';
import { Alarm } from '../ui/alarm.tsx';
import { plural } from '../ui/format.ts';
import { KEYBOARD_SCROLL } from '../ui/keyboard-scroll.ts';
import classes from './settings.module.css';
import { useApplyConfigFile } from './use-config-file.ts';

/** How the file and what is running differ, and the way back to the file. */
export function ConfigFileState({ file }: { file: ConfigFileView }) {
  const [opened, { open, close }] = useDisclosure(false);
  if (file.notice === null) return <p className={classes.quiet}>{file.name} is in force.</p>;
  return (
    <>
      <p className={classes.fileNotice}>{file.notice}</p>
      {file.changes.length > 0 && (
        <>
          <Differences file={file} />
          <Button variant="default" onClick={open}>
            Apply the file…
          </Button>
          <Modal
            classNames={{ body: touch.touch }}
            opened={opened}
            onClose={close}
            title={`Put ${file.name} in force?`}
            closeButtonProps={{ 'aria-label': 'Close' }}
          >
            <ApplyFile file={file} onClose={close} />
          </Modal>
        </>
      )}
    </>
  );
}

function Differences({ file }: { file: ConfigFileView }) {
  return (
    <div className={classes.differences} role="group" aria-label="Differences" {...KEYBOARD_SCROLL}>
      <dl>
        {file.changes.map(({ path, before, after }) => (
          <div key={path}>
            <dt>{path}</dt>
            {isKey(before) && isKey(after) ? (
              <dd>another key (never shown)</dd>
            ) : (
              <>
                <dd>
                  <span>running</span> {shortValue(before)}
                </dd>
                <dd>
                  <span>file</span> {shortValue(after)}
                </dd>
              </>
            )}
          </div>
        ))}
      </dl>
    </div>
  );
}

function isKey(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'stored' in value;
}

function ApplyFile({ file, onClose }: { file: ConfigFileView; onClose: () => void }) {
  const apply = useApplyConfigFile();
  const removed = file.changes.filter((change) => change.after === undefined);
  return (
    <>
      <Text size="sm">
        {plural(file.changes.length, 'difference')} to what is running will go at once, for every request from
        then on. Edits that were made here are lost unless you export them first.
      </Text>
      {removed.length > 0 && (
        <Text size="sm" mt={8}>
          Not in the file, so removed: {removed.map(({ path }) => path).join(', ')}.
        </Text>
      )}
      {apply.error === null ? null : <Alarm text={errorMessage(apply.error)} />}
      <Group mt={16} gap={8} justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Keep what is running
        </Button>
        <Button loading={apply.isPending} onClick={() => apply.mutate(file, { onSuccess: onClose })}>
          Put the file in force
        </Button>
      </Group>
    </>
  );
}
