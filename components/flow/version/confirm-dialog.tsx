'use client';

import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { errorMessage, issueFor } from '../../api/client.ts';
import { Alarm } from '../../ui/alarm.tsx';
import { focusFirstError } from '../../ui/focus-first-error.ts';
import actions from '../../ui/sticky-actions.module.css';
import touch from '../touch.module.css';
import { reasonFault } from './publish-reason.ts';
import { ReasonField } from './reason-field.tsx';

interface ConfirmDialogProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** What it would do. */
  children: ReactNode;
  picks: readonly string[];
  /** "Publish version 8" */
  action: string;
  pending: boolean;
  error: unknown;
  /** Why it cannot be done now; null: it can. */
  blocked: string | null;
  onConfirm: (reason: string) => void;
}

/** What publishing or rolling back would do, and why it is done: nothing is put in force without both. */
export function ConfirmDialog({ title, opened, onClose, ...form }: ConfirmDialogProps) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  return (
    <Modal
      classNames={{ body: touch.touch }}
      opened={opened}
      onClose={onClose}
      fullScreen={phone}
      size="lg"
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ConfirmForm onClose={onClose} {...form} />
    </Modal>
  );
}

function ConfirmForm(props: Omit<ConfirmDialogProps, 'title' | 'opened'>) {
  const { onClose, children, picks, action, pending, error, blocked, onConfirm } = props;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const refused = issueFor(error, 'reason');
  const fault = tried ? (reasonFault(reason) ?? refused) : refused;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (reasonFault(reason) === null) onConfirm(reason.trim());
        else focusFirstError(event.currentTarget);
      }}
    >
      <Stack gap="md">
        {children}
        <ReasonField value={reason} error={fault} picks={picks} onChange={setReason} />
        {error === null || refused !== null ? null : <Alarm text={errorMessage(error)} />}
        {blocked === null ? null : <Alarm text={blocked} />}
        <Group justify="flex-end" className={actions.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={pending} disabled={blocked !== null}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
