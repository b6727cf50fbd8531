'use client';

import { Button, Checkbox, Chip, Group, Modal, Skeleton, Stack, Text, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { type FormEvent, useState } from 'react';
import type { Impact, OverridePut } from '#lib/contract/api.ts';
import { type ScopeRef, useBreakerCommand, useImpact } from '../api/breaker-actions.ts';
import { errorMessage, issueFor } from '../api/client.ts';
import { useBreaker } from '../live/hooks.ts';
import { Alarm } from '../ui/alarm.tsx';
import { focusFirstError } from '../ui/focus-first-error.ts';
import { useRecentActions } from '../ui/recent-actions.tsx';
import classes from '../ui/sticky-actions.module.css';
import {
  checkDraft,
  type DraftErrors,
  EMPTY_DRAFT,
  EXPIRIES,
  needsAcknowledgement,
  type OverrideDraft,
  REASONS,
  toOverride,
  withQuickPick,
} from './override-form.ts';
import { StateBadge } from './state-badge.tsx';

export interface OverrideDialogProps extends ScopeRef {
  kind: OverridePut['kind'];
  opened: boolean;
  onClose: () => void;
  /** It has left the screen. */
  onClosed: () => void;
}

const TITLES = { forced_open: 'Force open', forced_closed: 'Force closed' } as const;
const MEANING = {
  forced_open: 'No call goes there until this ends, whatever its breaker says.',
  forced_closed: 'Every call is let through until this ends, even when it fails.',
} as const;

/** Impact, reason, expiry: the one dialog in front of both overrides. Full-screen on a phone. */
export function OverrideDialog({ scope, id, kind, opened, onClose, onClosed }: OverrideDialogProps) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={onClosed}
      fullScreen={phone}
      size="lg"
      title={`${TITLES[kind]}: ${scope} ${id}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <OverrideForm scope={scope} id={id} kind={kind} onDone={onClose} />
    </Modal>
  );
}

function OverrideForm(props: ScopeRef & { kind: OverridePut['kind']; onDone: () => void }) {
  const { scope, id, kind, onDone } = props;
  const [draft, setDraft] = useState<OverrideDraft>(EMPTY_DRAFT);
  const [errors, setErrors] = useState<DraftErrors>({});
  const impact = useImpact({ scope, id }, kind, true);
  const command = useBreakerCommand({ scope, id });
  const { record } = useRecentActions();
  const change = (part: Partial<OverrideDraft>) => setDraft((known) => ({ ...known, ...part }));

  const clear = () =>
    command
      .mutateAsync({ type: 'clear' })
      .catch((error: unknown) =>
        notifications.show({ title: `${id}: not cleared`, message: errorMessage(error), color: 'red.9' }),
      );

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const missing = checkDraft(draft, impact.data);
    setErrors(missing);
    if (Object.keys(missing).length > 0) return focusFirstError(form);
    command.mutate(
      { type: 'override', body: toOverride(draft, kind, impact.data) },
      {
        onSuccess: () => {
          record({
            text: `${kind === 'forced_open' ? 'Forced open' : 'Forced closed'}: ${scope} ${id}`,
            undo: { label: 'Clear it', run: () => void clear() },
          });
          onDone();
        },
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <CurrentState scope={scope} id={id} kind={kind} />
        <ImpactSentences impact={impact.data} error={impact.error} onRetry={() => void impact.refetch()} />
        <ReasonField
          value={draft.reason}
          error={errors.reason ?? issueFor(command.error, 'reason') ?? undefined}
          onChange={(reason) => change({ reason })}
        />
        <ExpiryField draft={draft} error={errors.expiry} onChange={change} />
        {needsAcknowledgement(impact.data) && (
          <Checkbox
            label={`I understand: ${impact.data?.flowsWithoutTarget.join(', ')} will have no target.`}
            checked={draft.acknowledged}
            error={errors.acknowledge}
            onChange={(event) => change({ acknowledged: event.currentTarget.checked })}
          />
        )}
        {command.error !== null && issueFor(command.error, 'reason') === null && (
          <Alarm text={errorMessage(command.error)} />
        )}
        <Group justify="flex-end" className={classes.actions}>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={command.isPending}
            color={kind === 'forced_open' ? 'red.9' : undefined}
          >
            {TITLES[kind]}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function CurrentState({ scope, id, kind }: ScopeRef & { kind: OverridePut['kind'] }) {
  const view = useBreaker(scope, id);
  return (
    <div>
      <Group gap="xs">
        <Text size="sm">Now:</Text>
        <StateBadge scope={scope} id={id} withNext />
      </Group>
      {view !== undefined && view.why !== '' && (
        <Text size="sm" c="dimmed">
          {view.why}
        </Text>
      )}
      <Text size="sm" mt={4}>
        {MEANING[kind]}
      </Text>
    </div>
  );
}

function ImpactSentences(props: { impact: Impact | undefined; error: Error | null; onRetry: () => void }) {
  if (props.error !== null && props.impact === undefined) {
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
      {props.impact === undefined ? (
        <Stack gap={6} mt={6}>
          <Skeleton height={14} width="90%" />
          <Skeleton height={14} width="70%" />
        </Stack>
      ) : (
        props.impact.sentences.map((sentence) => (
          <Text key={sentence} size="sm">
            {sentence}
          </Text>
        ))
      )}
    </section>
  );
}

function ReasonField(props: { value: string; error: string | undefined; onChange: (value: string) => void }) {
  return (
    <div>
      <Textarea
        label="Reason"
        description="Kept in the log; the next person on call will read it."
        required
        autosize
        minRows={2}
        maxLength={500}
        value={props.value}
        error={props.error}
        onChange={(event) => props.onChange(event.currentTarget.value)}
        data-autofocus
      />
      <Group gap={6} mt={6}>
        {REASONS.map((pick) => (
          <Button
            key={pick}
            size="compact-sm"
            fw={500}
            variant="default"
            onClick={() => props.onChange(withQuickPick(props.value, pick))}
          >
            {pick}
          </Button>
        ))}
      </Group>
    </div>
  );
}

function ExpiryField(props: {
  draft: OverrideDraft;
  error: string | undefined;
  onChange: (part: Partial<OverrideDraft>) => void;
}) {
  return (
    <div>
      <Text component="div" fw={500} size="sm" id="override-expiry" mb={4}>
        Ends after
      </Text>
      <Chip.Group
        multiple={false}
        value={props.draft.expiry}
        onChange={(value) => {
          const expiry = EXPIRIES.find((choice) => choice.value === value)?.value;
          if (expiry !== undefined) props.onChange({ expiry, foreverConfirmed: false });
        }}
      >
        <Group gap={6} role="radiogroup" aria-labelledby="override-expiry">
          {EXPIRIES.map((choice) => (
            <Chip key={choice.value} value={choice.value} radius="sm" size="sm" variant="outline">
              {choice.label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {props.draft.expiry === 'never' && (
        <Checkbox
          mt="xs"
          label="Yes, keep it until somebody clears it. It stays in the banner of every page."
          checked={props.draft.foreverConfirmed}
          error={props.error}
          onChange={(event) => props.onChange({ foreverConfirmed: event.currentTarget.checked })}
        />
      )}
    </div>
  );
}
