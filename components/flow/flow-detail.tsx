'use client';

import { Button } from '@mantine/core';
import type { FlowView } from '#lib/contract/api.ts';
import { OneLine } from '../breaker/one-line.tsx';
import { useFlowPulse } from '../live/hooks.ts';
import { ReadinessPanel } from '../readiness/readiness-panel.tsx';
import { SharedLink } from '../shell/shared-link.tsx';
import { formatActor } from '../ui/format.ts';
import { Instant } from '../ui/instant.tsx';
import { Panel } from '../ui/panel.tsx';
import { AliasesSection, namesOf, sameNames } from './aliases-section.tsx';
import { ConsequencePanel } from './consequence-panel.tsx';
import { DeleteFlow } from './delete-flow.tsx';
import { DraftNotice } from './draft-notice.tsx';
import { ExplainPanel } from './explain-panel.tsx';
import classes from './flow-detail.module.css';
import { FlowTags } from './flow-tags.tsx';
import { linkName } from './link-name.tsx';
import { PageHead } from './page-head.tsx';
import { servedShares } from './served-shares.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';
import touch from './touch.module.css';
import { useDirtyGuard } from './use-dirty-guard.ts';
import { useFlowSentence } from './use-flow-sentence.ts';
import { usePartDraft } from './use-part-draft.ts';
import { VersionsPanel } from './version/versions-panel.tsx';

/** One flow: what is true now, what would happen, and everything that was ever in force. It is changed on a page of its own. */
export function FlowDetail({ flow, targets }: { flow: FlowView; targets: TargetIndex }) {
  const names = usePartDraft(flow, namesOf, sameNames);
  useDirtyGuard(names.dirty);
  return (
    <div className={touch.touch}>
      <FlowHead flow={flow} targets={targets} />
      <DraftNotice flow={flow} targets={targets} />
      <div className={classes.explain}>
        <ExplainPanel flow={flow} targets={targets} />
      </div>
      <div className={classes.columns}>
        <ConsequencePanel
          title="What happens when something is down"
          targets={targets}
          live={flow}
          draft={null}
        />
        <div className={classes.stack}>
          <VersionsPanel flow={flow} targets={targets} />
          <AliasesSection flow={flow} draft={names} />
          <Panel title="Delete">
            <p className={classes.quiet}>Callers of this flow are answered 404 from then on.</p>
            <DeleteFlow flow={flow} />
          </Panel>
        </div>
      </div>
      <ReadinessPanel flow={flow} />
    </div>
  );
}

function FlowHead({ flow, targets }: { flow: FlowView; targets: TargetIndex }) {
  const sentence = useFlowSentence(flow, targets);
  const pulse = useFlowPulse(flow.slug);
  return (
    <>
      <PageHead
        title={flow.name}
        beside={<FlowTags flow={flow} />}
        sentence={sentence}
        actions={
          <>
            <Button component={SharedLink} variant="default" href={`/playground?flow=${flow.slug}`}>
              Try it
            </Button>
            <Button component={SharedLink} href={`/flows/${encodeURIComponent(flow.slug)}/edit`}>
              {flow.hasDraft ? 'Go on with the draft' : 'Edit'}
            </Button>
          </>
        }
      />
      <div className={classes.diagram}>
        <OneLine flow={flow} targets={targets} head={flow.slug} renderName={linkName(targets)} />
        <p className={classes.quiet}>
          {servedShares(pulse, (slug) => targetLabel(targets, slug))} Version {flow.publishedVersion},
          published <Instant at={flow.publishedAtWallMs} form="ago" /> by {formatActor(flow.publishedBy)}.
        </p>
      </div>
    </>
  );
}
