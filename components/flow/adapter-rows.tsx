'use client';

import { ActionIcon, Button, Fieldset, Text, Textarea, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type AdapterDraft, nextRowId } from './adapter-draft.ts';
import classes from './adapter-form.module.css';

interface RowsProps<Name extends 'replace' | 'set'> {
  rows: AdapterDraft[Name];
  issue: (path: string) => string | undefined;
  onChange: (rows: AdapterDraft[Name]) => void;
}

/** Literal text that is replaced in every text of the prompt, in order. */
export function ReplaceFields({ rows, issue, onChange }: RowsProps<'replace'>) {
  return (
    <RowList
      legend="Find and replace"
      hint="Exact text, every occurrence, in order, in the system prompt and in every message."
      addLabel="Add a replacement"
      onAdd={() => onChange([...rows, { id: nextRowId(rows), find: '', with: '' }])}
    >
      {rows.map((row, at) => (
        <div key={row.id} className={classes.row}>
          <Textarea
            autosize
            minRows={1}
            maxRows={4}
            label={`Find ${at + 1}`}
            value={row.find}
            error={issue(`replace.${at}.find`)}
            onChange={(event) => onChange(rows.with(at, { ...row, find: event.currentTarget.value }))}
          />
          <Textarea
            autosize
            minRows={1}
            maxRows={4}
            label={`Replace ${at + 1} with`}
            value={row.with}
            error={issue(`replace.${at}.with`)}
            onChange={(event) => onChange(rows.with(at, { ...row, with: event.currentTarget.value }))}
          />
          <Remove label={`Remove replacement ${at + 1}`} onClick={() => onChange(rows.toSpliced(at, 1))} />
        </div>
      ))}
    </RowList>
  );
}

/** Parameters with the value that they always have on this target. */
export function SetFields({ rows, issue, onChange }: RowsProps<'set'>) {
  return (
    <RowList
      legend="Parameters set"
      hint="Of this target’s own API, whatever the request says. Values are JSON."
      addLabel="Add a parameter"
      onAdd={() => onChange([...rows, { id: nextRowId(rows), name: '', value: '' }])}
    >
      {rows.map((row, at) => (
        <div key={row.id} className={classes.row}>
          <TextInput
            classNames={{ input: 'sy-mono' }}
            label={`Parameter ${at + 1}`}
            placeholder="temperature"
            value={row.name}
            error={issue(`set.${at}.name`)}
            onChange={(event) => onChange(rows.with(at, { ...row, name: event.currentTarget.value.trim() }))}
          />
          <TextInput
            classNames={{ input: 'sy-mono' }}
            label={`Value ${at + 1}`}
            placeholder="0.2"
            value={row.value}
            error={issue(`set.${at}.value`)}
            onChange={(event) => onChange(rows.with(at, { ...row, value: event.currentTarget.value }))}
          />
          <Remove label={`Remove parameter ${at + 1}`} onClick={() => onChange(rows.toSpliced(at, 1))} />
        </div>
      ))}
    </RowList>
  );
}

function RowList(props: {
  legend: string;
  hint: string;
  addLabel: string;
  onAdd: () => void;
  children: ReactNode;
}) {
  return (
    <Fieldset legend={props.legend} className={classes.rows}>
      <Text size="xs" c="dimmed">
        {props.hint}
      </Text>
      {props.children}
      <Button mt={8} size="compact-sm" variant="default" onClick={props.onAdd}>
        {props.addLabel}
      </Button>
    </Fieldset>
  );
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon
      variant="subtle"
      aria-label={label}
      title="Remove"
      onClick={onClick}
      className={classes.remove}
    >
      <IconX size={16} aria-hidden />
    </ActionIcon>
  );
}
