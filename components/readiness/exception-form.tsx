'use client';

import { Button, Group, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import { EXCEPTION_MIN, type ExceptableItem } from '#lib/contract/readiness.ts';
import { errorMessage } from '../api/client.ts';
import { useSaveFlow } from '../flow/use-save-flow.ts';
import { Alarm } from '../ui/alarm.tsx';
import classes from './readiness.module.css';

interface ExceptionProps {
  flow: FlowView;
  item: ExceptableItem;
  title: string;
}

/** Asks why an item is left as it is; whoever looks next reads the answer there. */
export function ExceptionForm({ flow, item, title, onClose }: ExceptionProps & { onClose: () => void }) {
  const [reason, setReason] = useState('');
  const save = useSaveFlow(flow);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const short = reason.trim().length < EXCEPTION_MIN;
  return (
    <form
      className={classes.form}
      aria-label={`On purpose: ${title}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (short) return;
        save.mutate(
          {
            method: 'PATCH',
            path: '',
            body: { exceptions: { [item]: reason.trim() } },
            inverse: { exceptions: { [item]: null } },
            said: `Said why ${flow.name} is on purpose without: ${title}`,
          },
          { onSuccess: onClose },
        );
      }}
    >
      <Textarea
        ref={field}
        label="Why is this so on purpose?"
        description={`At least ${EXCEPTION_MIN} characters: whoever looks at it next will read it.`}
        autosize
        minRows={1}
        maxRows={4}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {save.error === null ? null : <Alarm text={errorMessage(save.error)} />}
      <Group gap={8} mt={8}>
        <Button type="submit" size="compact-sm" disabled={short} loading={save.isPending}>
          Save the reason
        </Button>
        <Button size="compact-sm" variant="default" onClick={onClose}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}

/** Takes the reason back: the item counts again. */
export function WithdrawException({ flow, item, title }: ExceptionProps) {
  const save = useSaveFlow(flow);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        loading={save.isPending}
        onClick={() =>
          save.mutate({
            method: 'PATCH',
            path: '',
            body: { exceptions: { [item]: null } },
            inverse: { exceptions: { [item]: flow.exceptions[item] } },
            said: `Took back the reason why ${flow.name} is without: ${title}`,
          })
        }
      >
        Take back<span className="sy-hidden"> the reason: {title}</span>
      </Button>
      {save.error === null ? null : <Alarm text={errorMessage(save.error)} />}
    </>
  );
}
