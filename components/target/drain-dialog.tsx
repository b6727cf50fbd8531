'use client';

import { Button, Checkbox, Group, Modal, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { TargetView } from '#lib/contract/api.ts';
import { type Drain, type DrainPreview, drainSchema } from '#lib/contract/onboarding.ts';
import { errorMessage, issueFor } from '../api/client.ts';
import { fetchDrainPreview, useDrain } from '../api/onboarding.ts';
import { REASONS, withQuickPick } from '../breaker/override-form.ts';
import { useTargetPulse } from '../live/hooks.ts';
import { Alarm } from '../ui/alarm.tsx';
import { focusFirstError } from '../ui/focus-first-error.ts';
import { plural } from '../ui/format.ts';
import { useRecentActions } from '../ui/recent-actions.tsx';
import actions from '../ui/sticky-actions.module.css';

interface DrainDialogProps {
  target: TargetView;
  opened: boolean;
  onClose: () => void;
  /** The way back, for the list of recent actions. */
  resume: () => void;
}

/** Impact, reason: the dialog in front of taking a target out of service. Full-screen on a phone. */
export function DrainDialog({ target, opened, onClose, resume }: DrainDialogProps) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      fullScreen={phone}
      size="lg"
      title={`Drain: target ${target.slug}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <DrainForm target={target} onDone={onClose} resume={resume} />
    </Modal>
  );
}

function DrainForm({
  target,
  onDone,
  resume,
}: {
  target: TargetView;
  onDone: () => void;
  resume: () => void;
}) {
  const { slug } = target;
  const [reason, setReason] = useState('');
  const [acknowledged, setAcknowledged] = useState(false);
  const [tried, setTried] = useState(false);
  const preview = useDrainPreview(slug);
  const drain = useDrain();
  const { record } = useRecentActions();
  const lost = preview.data?.flowsWithoutTarget ?? [];
  const body: Drain = {
    reason: reason.trim(),
    ...(lost.length > 0 && acknowledged ? { acknowledge: 'no-target' as const } : {}),
  };
  const check = drainSchema.safeParse(body);
  const reasonFault = check.success ? null : (check.error.issues[0]?.message ?? null);
  const unconfirmed = lost.length > 0 && !acknowledged;

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setTried(true);
    if (reasonFault !== null || unconfirmed) return focusFirstError(form);
    const done = await drain.mutateAsync({ type: 'drain', slug, body }).catch(() => null);
    if (done === null) return;
    record({ text: `Drained target ${slug}`, undo: { label: 'Resume it', run: resume } });
    onDone();
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <Running slug={slug} />
        <Effect preview={preview.data} error={preview.error} onRetry={() => void preview.refetch()} />
        <div>
          <Textarea
            label="Reason"
            description="Kept in the log; the next person on call will read it."
            required
            autosize
            minRows={2}
            maxLength={500}
            value={reason}
            error={(tried ? reasonFault : null) ?? issueFor(drain.error, 'reason')}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
          <Group gap={6} mt={6}>
            {REASONS.map((pick) => (
              <Button
                key={pick}
                size="compact-sm"
                fw={500}
                variant="default"
                onClick={() => setReason(withQuickPick(reason, pick))}
              >
                {pick}
              </Button>
            ))}
          </Group>
        </div>
        {lost.length === 0 ? null : (
          <Checkbox
            label={`I understand: ${lost.join(', ')} will have no target.`}
            checked={acknowledged}
            error={tried && unconfirmed ? 'Confirm that these flows will have no target.' : null}
            onChange={(event) => setAcknowledged(event.currentTarget.checked)}
          />
        )}
        {drain.error === null || issueFor(drain.error, 'reason') !== null ? null : (
          <Alarm text={errorMessage(drain.error)} />
        )}
        <Group justify="flex-end" className={actions.actions}>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={drain.isPending}>
            Drain
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Never from a cache: the dialog decides on it. */
function useDrainPreview(slug: string) {
  return useQuery({
    queryKey: ['drain-preview', slug],
    queryFn: ({ signal }) => fetchDrainPreview(slug, signal),
    staleTime: 0,
    gcTime: 0,
    refetchInterval: 10_000,
  });
}

function Running({ slug }: { slug: string }) {
  const inFlight = useTargetPulse(slug)?.inFlight ?? 0;
  return (
    <Text size="sm">
      It carries {inFlight === 0 ? 'no call' : plural(inFlight, 'call')} now. A drained target stays
      configured, takes no new call in any flow, and waits to be resumed.
    </Text>
  );
}

function Effect(props: { preview: DrainPreview | undefined; error: Error | null; onRetry: () => void }) {
  if (props.error !== null && props.preview === undefined) {
    return (
      <Alarm
        text={`The effect could not be computed. ${errorMessage(props.error)}`}
        onRetry={props.onRetry}
      />
    );
  }
  return (
    <section aria-label="What it would do" aria-live="polite">
      <Text fw={600} size="sm">
        What it would do
      </Text>
      {props.preview === undefined ? (
        <Skeleton height={14} width="80%" mt={6} />
      ) : (
        props.preview.sentences.map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))
      )}
    </section>
  );
}
