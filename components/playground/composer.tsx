'use client';

import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconPlayerStop, IconSend } from '@tabler/icons-react';
import { useState } from 'react';

interface ComposerProps {
  busy: boolean;
  /** Why nothing can be sent; null: it can. */
  blocked: string | null;
  onSend: (text: string) => void;
  onStop: () => void;
  children?: React.ReactNode;
}

/** Writes the next question. Enter sends, Shift+Enter makes a line. */
export function Composer({ busy, blocked, onSend, onStop, children }: ComposerProps) {
  const [text, setText] = useState('');
  const empty = text.trim() === '';
  const send = () => {
    if (busy || empty || blocked !== null) return;
    onSend(text.trim());
    setText('');
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Stack gap={8}>
        <Textarea
          label="Your message"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder="Ask something that a user of your product would ask"
          autosize
          minRows={2}
          maxRows={8}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
          description={blocked ?? 'Enter sends, Shift+Enter starts a new line.'}
        />
        <Group justify="space-between" gap={8}>
          <Group gap={8}>{children}</Group>
          {busy ? (
            <Button
              type="button"
              variant="default"
              leftSection={<IconPlayerStop size={16} />}
              onClick={onStop}
            >
              Stop
            </Button>
          ) : (
            <Button type="submit" disabled={empty || blocked !== null} leftSection={<IconSend size={16} />}>
              Send
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
