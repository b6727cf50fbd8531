'use client';

import { Button, Group, Tabs } from '@mantine/core';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { FlowView } from '#lib/contract/api.ts';
import { Alarm } from '../../ui/alarm.tsx';
import type { TargetIndex } from '../target-label.ts';
import classes from './editor.module.css';
import { EditorForm } from './editor-form.tsx';
import { JsonTab } from './json-tab.tsx';
import type { Editor } from './use-editor.ts';

const TABS = ['form', 'json'] as const;

/** The draft as a form and as JSON: two views of one content. */
export function EditorTabs(props: { flow: FlowView; targets: TargetIndex; editor: Editor }) {
  const { flow, targets, editor } = props;
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(TABS).withDefault('form'));
  const { value, text, unread } = editor.standing;
  const show = (name: string | null) => void setTab(TABS.find((each) => each === name) ?? 'form');
  return (
    <Tabs value={tab} onChange={show} keepMounted={false}>
      <Tabs.List className={classes.tabs}>
        <Tabs.Tab value="form">Form</Tabs.Tab>
        <Tabs.Tab value="json">JSON</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="form">
        {unread ? <Unread onShow={() => show('json')} onDrop={editor.dropText} /> : null}
        <fieldset className={classes.locked} disabled={unread}>
          <EditorForm
            flow={flow}
            targets={targets}
            content={value}
            issues={editor.issues}
            onChange={editor.changeContent}
          />
        </fieldset>
      </Tabs.Panel>
      <Tabs.Panel value="json">
        <JsonTab targets={targets} content={value} text={text} onChange={editor.changeText} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** The JSON cannot be read, so the form shows what it said last and waits. */
function Unread({ onShow, onDrop }: { onShow: () => void; onDrop: () => void }) {
  return (
    <>
      <Alarm text="What you typed as JSON cannot be read yet. It is kept; the form shows what it said before and cannot be changed meanwhile." />
      <Group gap={8} my={8}>
        <Button variant="default" onClick={onShow}>
          Go on with the JSON
        </Button>
        <Button variant="default" onClick={onDrop}>
          Drop what I typed
        </Button>
      </Group>
    </>
  );
}
