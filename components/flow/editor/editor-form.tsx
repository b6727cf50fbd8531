'use client';

import { Stack } from '@mantine/core';
import type { FlowView } from '#lib/contract/api.ts';
import { Alarm } from '../../ui/alarm.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ChainEditor } from '../chain-editor.tsx';
import type { FlowContent } from '../draft-content.ts';
import { PolicyForm } from '../policy-form.tsx';
import type { TargetIndex } from '../target-label.ts';
import { entryIssue, issuesWithin } from './server-issues.ts';

interface EditorFormProps {
  flow: FlowView;
  targets: TargetIndex;
  content: FlowContent;
  /** By dotted path. */
  issues: ReadonlyMap<string, string>;
  onChange: (content: FlowContent) => void;
}

/** Chain and policy as a form; what is wrong stands beside its field. */
export function EditorForm({ flow, targets, content, issues, onChange }: EditorFormProps) {
  const whole = issues.get('chain');
  return (
    <Stack gap={12}>
      <Panel title="Chain" aside="drag along the line, or use the buttons">
        <ChainEditor
          flow={flow}
          targets={targets}
          draft={content.chain}
          issueOf={(at) => entryIssue(issues, at)}
          onChange={(chain) => onChange({ ...content, chain })}
        />
        {whole === undefined ? null : <Alarm text={whole} />}
      </Panel>
      <PolicyForm
        draft={content.policy}
        issues={issuesWithin(issues, 'policy')}
        onChange={(policy) => onChange({ ...content, policy })}
      />
    </Stack>
  );
}
