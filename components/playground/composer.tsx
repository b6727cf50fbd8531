'use client';

import { Button, Textarea } from '@mantine/core';
import { IconPlayerStop, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './playground.module.css';

interface ComposerProps {
  busy: boolean;
  onSend: (text: string) => void;
  onStop: () => void;
}

/** Writes the next question. Enter sends, Shift+Enter makes a line. */
export function Composer({ busy, onSend, onStop }: ComposerProps) {
  const [text, setText] = useState('');
  const empty = text.trim() === '';
  const send = () => {
    if (busy || empty) return;
    onSend(text.trim());
    setText('');
  };
  return (
    <form
      className={classes.compose}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        aria-label="Your message"
        placeholder="Ask what a user of your product would ask"
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
      />
      {busy ? (
        <Button type="button" variant="default" leftSection={<IconPlayerStop size={16} />} onClick={onStop}>
          Stop
        </Button>
      ) : (
        <Button type="submit" disabled={empty} leftSection={<IconSend size={16} />}>
          Send
        </Button>
      )}
    </form>
  );
}
