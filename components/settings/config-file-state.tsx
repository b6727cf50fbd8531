'use client';

import { Button, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ConfigFileView } from '#lib/contract/config-file.ts';
import { shortValue } from '../activity/json-diff.ts';
import { errorMessage } from '../api/client.ts';
import touch from '../flow/touch.module.css';
import { Alarm } from '../ui/alarm.tsx';
import { plural } from '../ui/format.ts';
import classes from './settings.module.css';
import { useApplyConfigFile } from './use-config-file.ts';

/** More than these are for the command line. */
const SHOWN = 20;
const VALUE_MAX = 160;

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
          <Button variant="default" mb={12} onClick={open}>
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
    <>
      <dl className={classes.differences}>
        {file.changes.slice(0, SHOWN).map((change) => (
          <Difference key={change.path} change={change} />
        ))}
      </dl>
      {file.changes.length > SHOWN && (
        <p className={classes.quiet}>
          And {file.changes.length - SHOWN} more: <code>npm run config -- diff {file.name}</code> prints all
          of them.
        </p>
      )}
    </>
  );
}

function Difference({ change }: { change: ConfigFileView['changes'][number] }) {
  const { path, before, after } = change;
  return (
    <div>
      <dt>{path}</dt>
      {isKey(before) && isKey(after) ? (
        <dd>another key (never shown)</dd>
      ) : (
        <>
          <dd>
            <span>running</span> {brief(before)}
          </dd>
          <dd>
            <span>file</span> {brief(after)}
          </dd>
        </>
      )}
    </div>
  );
}

/** A whole chain is long; the command line prints all of it. */
function brief(value: unknown): string {
  const text = shortValue(value);
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
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
