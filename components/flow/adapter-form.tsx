'use client';

import { Button, Group, Modal, NumberInput, Stack, TagsInput, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { Adapter } from '#lib/contract/config.ts';
import { focusFirstError } from '../ui/focus-first-error.ts';
import { type AdapterDraft, checkAdapter, draftOfAdapter } from './adapter-draft.ts';
import { ReplaceFields, SetFields } from './adapter-rows.tsx';
import { numberOrEmpty } from './policy-fields.ts';
import touch from './touch.module.css';

interface AdapterFormProps {
  label: string;
  adapter: Adapter | null;
  onApply: (adapter: Adapter | null) => void;
  onClose: () => void;
}

/** What requests are changed by on their way to one target of the chain. Changes only the draft of the chain. */
export function AdapterForm(props: AdapterFormProps & { opened: boolean }) {
  const { label, opened, onClose } = props;
  return (
    <Modal
      classNames={{ body: touch.touch }}
      opened={opened}
      onClose={onClose}
      size="lg"
      title={`Prompt rules for ${label}`}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Fields {...props} />
    </Modal>
  );
}

function Fields({ label, adapter, onApply, onClose }: AdapterFormProps) {
  const [draft, setDraft] = useState(() => draftOfAdapter(adapter));
  const [tried, setTried] = useState(false);
  const check = checkAdapter(draft);
  const issue = (path: string) => (check.ok || !tried ? undefined : check.issues.get(path));
  const change = (own: Partial<AdapterDraft>) => setDraft({ ...draft, ...own });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (check.ok) onApply(check.adapter);
        else focusFirstError(event.currentTarget);
      }}
    >
      <Stack gap={12}>
        <Text size="sm">
          Only requests that go to {label} are changed so, whatever the application sent. The trail of each
          says what was changed.
        </Text>
        <Textarea
          label="Before the system prompt"
          autosize
          minRows={1}
          maxRows={6}
          value={draft.systemPrefix}
          error={issue('systemPrefix')}
          onChange={(event) => change({ systemPrefix: event.currentTarget.value })}
        />
        <Textarea
          label="After the system prompt"
          autosize
          minRows={1}
          maxRows={6}
          value={draft.systemSuffix}
          error={issue('systemSuffix')}
          onChange={(event) => change({ systemSuffix: event.currentTarget.value })}
        />
        <ReplaceFields rows={draft.replace} issue={issue} onChange={(replace) => change({ replace })} />
        <SetFields rows={draft.set} issue={issue} onChange={(set) => change({ set })} />
        <TagsInput
          label="Parameters left out"
          description="Names at the top level of this target’s own API; Enter adds one."
          value={[...draft.remove]}
          error={issue('remove')}
          onChange={(remove) => change({ remove })}
        />
        <NumberInput
          label="Tokens of an answer at most"
          description="A smaller limit of the request stays."
          min={1}
          allowDecimal={false}
          value={draft.maxTokens}
          error={issue('maxTokens')}
          onChange={(value) => change({ maxTokens: numberOrEmpty(value) })}
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit">Put into the chain</Button>
        </Group>
        <Text size="xs" c="dimmed" ta="right">
          In force once the draft is published.
        </Text>
      </Stack>
    </form>
  );
}
