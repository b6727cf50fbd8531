'use client';

import { Stack } from '@mantine/core';
import type { FlowView } from '#lib/contract/api.ts';
import { errorMessage } from '../api/client.ts';
import { Panel } from '../ui/panel.tsx';
import { BadgeFields } from './badge-fields.tsx';
import { ElsewhereFields } from './elsewhere-fields.tsx';
import { HedgeFields } from './hedge-fields.tsx';
import { LimitFields } from './limit-fields.tsx';
import { ModeFields } from './mode-fields.tsx';
import { OvertakenNotice } from './overtaken-notice.tsx';
import { PatienceFields } from './patience-fields.tsx';
import {
  checkPolicy,
  type PolicyChange,
  type PolicyDraft,
  policyChanges,
  policyPatch,
} from './policy-draft.ts';
import classes from './policy-section.module.css';
import { RefusalFields } from './refusal-fields.tsx';
import { SaveBar } from './save-bar.tsx';
import { StreamFields } from './stream-fields.tsx';
import type { PartDraft } from './use-part-draft.ts';
import { useSaveFlow } from './use-save-flow.ts';

interface PolicySectionProps {
  flow: FlowView;
  draft: PartDraft<PolicyDraft>;
}

/** The flow's policy as a form over a draft. */
export function PolicySection({ flow, draft }: PolicySectionProps) {
  const check = checkPolicy(flow.policy, draft.value);
  const issues = check.ok ? NO_ISSUES : check.issues;
  const fields = { draft: draft.value, issues, onChange: draft.change };
  return (
    <>
      <div className={classes.grid}>
        <Panel title="Mode">
          <ModeFields {...fields} />
        </Panel>
        <Panel title="Badge">
          <BadgeFields {...fields} />
        </Panel>
        <Panel title="When nobody may answer">
          <RefusalFields {...fields} />
        </Panel>
        <Panel title="Limits and retries">
          <Stack gap={16}>
            <LimitFields {...fields} />
            <PatienceFields {...fields} />
          </Stack>
        </Panel>
        <Panel title="Streams that break">
          <StreamFields {...fields} />
        </Panel>
        <Panel title="What may be asked elsewhere">
          <ElsewhereFields {...fields} />
        </Panel>
        <Panel title="Hedging">
          <HedgeFields {...fields} />
        </Panel>
      </div>
      {draft.dirty ? <PolicySaveBar flow={flow} draft={draft} valid={check.ok} /> : null}
    </>
  );
}

const NO_ISSUES: ReadonlyMap<string, string> = new Map();

function PolicySaveBar({ flow, draft, valid }: PolicySectionProps & { valid: boolean }) {
  const save = useSaveFlow(flow);
  const changes = policyChanges(flow.policy, draft.value).map(changeWords);
  const publish = () =>
    save.mutate(
      {
        method: 'PATCH',
        path: '',
        body: { policy: policyPatch(flow.policy, draft.value) },
        inverse: { policy: flow.policy },
        reason: changes.join(' '),
        said: `Changed the policy of ${flow.name}`,
      },
      { onSuccess: draft.reset },
    );
  const { overtaken } = draft;
  const blocked =
    overtaken !== null
      ? 'Choose first whose policy is to count.'
      : valid
        ? null
        : 'Something is not valid: it says so beside its field.';
  return (
    <SaveBar
      action="Save policy"
      changes={changes}
      saving={save.isPending}
      blocked={blocked}
      error={save.error === null || overtaken !== null ? null : errorMessage(save.error)}
      onSave={publish}
      onDiscard={draft.reset}
    >
      {overtaken === null ? null : (
        <OvertakenNotice
          flow={flow}
          theirs={policyChanges(overtaken, flow.policy).map(changeWords)}
          onKeepMine={() => {
            draft.rebase();
            save.reset();
          }}
          onTakeTheirs={draft.reset}
        />
      )}
    </SaveBar>
  );
}

function changeWords({ label, before, after }: PolicyChange): string {
  return `${label}: ${before} becomes ${after}.`;
}
