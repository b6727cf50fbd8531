'use client';

import { Button, Group, Modal, Stack, Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { FlowView } from '#lib/contract/api.ts';
import type { FlowVersionDetail } from '#lib/contract/flow-editing.ts';
import { formatActor } from '../../ui/format.ts';
import { Instant } from '../../ui/instant.tsx';
import { CopyableCode } from '../../ui/panel.tsx';
import { adapterWords } from '../adapter-draft.ts';
import { contentChanges, contentOf, type FlowContent } from '../draft-content.ts';
import { writeJson } from '../draft-json.ts';
import { useFlowVersion } from '../editor/draft-api.ts';
import { inFormOrder, policyLabel, policyLeaves, policyValueWords } from '../policy-changes.ts';
import { type TargetIndex, targetLabel } from '../target-label.ts';
import touch from '../touch.module.css';
import { ChangeWords } from './change-words.tsx';
import { pointerChanges } from './pointers.ts';
import { Reading } from './roll-back-dialog.tsx';
import classes from './version.module.css';

interface VersionDialogProps {
  flow: FlowView;
  targets: TargetIndex;
  /** null: closed. */
  number: number | null;
  onClose: () => void;
  onRollBack: (number: number) => void;
}

/** One version: against what is in force, and whole. */
export function VersionDialog({ flow, targets, number, onClose, onRollBack }: VersionDialogProps) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  const version = useFlowVersion(flow.slug, number);
  return (
    <Modal
      classNames={{ body: touch.touch }}
      opened={number !== null}
      onClose={onClose}
      fullScreen={phone}
      size="lg"
      title={`Version ${number} of ${flow.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {version.data === undefined ? (
        <Reading error={version.error} onRetry={() => void version.refetch()} />
      ) : (
        <Whole flow={flow} targets={targets} version={version.data} onRollBack={onRollBack} />
      )}
    </Modal>
  );
}

interface WholeProps extends Pick<VersionDialogProps, 'flow' | 'targets' | 'onRollBack'> {
  version: FlowVersionDetail;
}

function Whole({ flow, targets, version, onRollBack }: WholeProps) {
  const [now, then] = [contentOf(flow), contentOf(version)];
  const { number, publishedBy, publishedAtWallMs, reason } = version;
  const live = number === flow.publishedVersion;
  return (
    <Stack gap="sm">
      <p className={classes.quiet}>
        Published by {formatActor(publishedBy)}, <Instant at={publishedAtWallMs} form="full" />
        {reason === null ? ', without a reason.' : `: ${reason}`}
      </p>
      <Tabs defaultValue={live ? 'whole' : 'against'} keepMounted={false}>
        <Tabs.List mb={10}>
          <Tabs.Tab value="against">Against version {flow.publishedVersion}</Tabs.Tab>
          <Tabs.Tab value="whole">Whole</Tabs.Tab>
          <Tabs.Tab value="json">JSON</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="against">
          <ChangeWords
            sentences={contentChanges(now, then, targets)}
            pointers={pointerChanges(now, then)}
            none={live ? 'It is in force.' : 'Nothing differs from what is in force.'}
          />
        </Tabs.Panel>
        <Tabs.Panel value="whole">
          <Facts content={then} targets={targets} />
        </Tabs.Panel>
        <Tabs.Panel value="json">
          <CopyableCode code={writeJson(then)} />
        </Tabs.Panel>
      </Tabs>
      {live ? null : (
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onRollBack(number)}>
            Roll back to it…
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Facts({ content, targets }: { content: FlowContent; targets: TargetIndex }) {
  const leaves = policyLeaves(content.policy);
  return (
    <dl className={classes.facts}>
      {content.chain.map(({ target, enabled, adapter }, at) => (
        <Fact key={target} label={`${at + 1}. target`}>
          {targetLabel(targets, target)}
          {enabled ? '' : ', disabled'}
          {adapter === null ? '' : `; prompt rules: ${adapterWords(adapter).join('; ')}`}
        </Fact>
      ))}
      {inFormOrder([...leaves.keys()]).map((path) => (
        <Fact key={path} label={policyLabel(path)}>
          {policyValueWords(path, leaves.get(path) ?? '')}
        </Fact>
      ))}
    </dl>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
