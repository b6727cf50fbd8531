'use client';

import { Textarea } from '@mantine/core';
import { useRef } from 'react';
import { Panel } from '../../ui/panel.tsx';
import type { FlowContent } from '../draft-content.ts';
import { type JsonIssue, readJson, writeJson } from '../draft-json.ts';
import type { TargetIndex } from '../target-label.ts';
import classes from './editor.module.css';

interface JsonTabProps {
  targets: TargetIndex;
  content: FlowContent;
  /** As it was typed; null: nobody has typed any. */
  text: string | null;
  onChange: (text: string) => void;
}

/** The same draft as the form's, as the JSON that the API takes. What cannot be read stays as it was typed, and says where. */
export function JsonTab({ targets, content, text, onChange }: JsonTabProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const shown = text ?? writeJson(content);
  const reading = readJson(shown, targets);
  const goTo = ({ at }: JsonIssue) => {
    area.current?.focus();
    area.current?.setSelectionRange(at, at + 1);
  };
  return (
    <Panel title="JSON" aside="chain and policy, as the API takes them">
      <Textarea
        ref={area}
        aria-label="Chain and policy as JSON"
        classNames={{ input: classes.json }}
        autosize
        minRows={16}
        maxRows={20}
        spellCheck={false}
        value={shown}
        error={!reading.ok}
        aria-describedby={reading.ok ? undefined : 'json-issues'}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {reading.ok ? null : <JsonIssues issues={reading.issues} onGoTo={goTo} />}
    </Panel>
  );
}

function JsonIssues({
  issues,
  onGoTo,
}: {
  issues: readonly JsonIssue[];
  onGoTo: (issue: JsonIssue) => void;
}) {
  return (
    <ul id="json-issues" className={classes.issues} aria-label="What is wrong in the JSON">
      {issues.map((issue) => (
        <li key={`${issue.path} ${issue.at} ${issue.message}`}>
          <button type="button" className={classes.place} onClick={() => onGoTo(issue)}>
            Line {issue.line}, column {issue.column}
          </button>
          {issue.path === '' ? null : <code>{issue.path}</code>} {issue.message}
        </li>
      ))}
    </ul>
  );
}
