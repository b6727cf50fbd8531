'use client';

import { Button, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { FlowView } from '#lib/contract/api.ts';
import { errorMessage, issueFor } from '../api/client.ts';
import { useSaveFlow } from '../flow/use-save-flow.ts';
import classes from './readiness.module.css';
import { callersWait } from './readiness-words.ts';

/** How long the flow's callers wait: what its limits are judged by. */
export function CallersField({ flow }: { flow: FlowView }) {
  const [typed, setTyped] = useState<number | string>(flow.callerTimeoutSeconds ?? '');
  const save = useSaveFlow(flow);
  const seconds = callersWait(typed);
  const changed = seconds !== flow.callerTimeoutSeconds;
  const refused = save.error === null ? null : errorMessage(save.error);
  const error =
    seconds === undefined
      ? 'Between half a second and a day.'
      : (issueFor(save.error, 'callerTimeoutSeconds') ?? refused);
  return (
    <form
      id="callers"
      className={`${classes.form} ${classes.callers}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (seconds === undefined || !changed) return;
        save.mutate({
          method: 'PATCH',
          path: '',
          body: { callerTimeoutSeconds: seconds },
          inverse: { callerTimeoutSeconds: flow.callerTimeoutSeconds },
          said: `Changed how long callers of ${flow.name} wait`,
        });
      }}
    >
      <NumberInput
        label="Callers wait, seconds"
        placeholder="Not known"
        maw={200}
        hideControls
        decimalScale={1}
        value={typed}
        error={error}
        onChange={setTyped}
      />
      {changed && (
        <Button type="submit" variant="default" disabled={seconds === undefined} loading={save.isPending}>
          Save
        </Button>
      )}
    </form>
  );
}
