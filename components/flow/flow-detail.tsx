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
import { type DraftEntry, draftOf, sameChain } from './chain-draft.ts';
import { ChainSection } from './chain-section.tsx';
import { ConsequenceList } from './consequence-list.tsx';
import { consequences } from './consequences.ts';
import { DeleteFlow } from './delete-flow.tsx';
import { ExplainPanel } from './explain-panel.tsx';
import classes from './flow-detail.module.css';
import { FlowTags } from './flow-tags.tsx';
import { linkName } from './link-name.tsx';
import { PageHead } from './page-head.tsx';
import { checkPolicy, type PolicyDraft, samePolicy } from './policy-draft.ts';
import { PolicySection } from './policy-section.tsx';
import { servedShares } from './served-shares.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';
import touch from './touch.module.css';
import { useDirtyGuard } from './use-dirty-guard.ts';
import { useFlowSentence } from './use-flow-sentence.ts';
import { usePartDraft } from './use-part-draft.ts';

const chainOf = (flow: FlowView): readonly DraftEntry[] => draftOf(flow.chain);
const policyOf = (flow: FlowView): PolicyDraft => flow.policy;

/** One flow: what is true now, its chain and policy as drafts, and what they would mean. */
export function FlowDetail({ flow, targets }: { flow: FlowView; targets: TargetIndex }) {
  const chain = usePartDraft(flow, chainOf, sameChain);
  const policy = usePartDraft(flow, policyOf, samePolicy);
  const names = usePartDraft(flow, namesOf, sameNames);
  const dirty = chain.dirty || policy.dirty;
  useDirtyGuard(dirty || names.dirty);
  const check = checkPolicy(flow.policy, policy.value);
  const said = consequences({ draft: chain.value, targets, policy: check.ok ? check.policy : flow.policy });
  return (
    <div className={touch.touch}>
      <FlowHead flow={flow} targets={targets} />
      <div className={classes.explain}>
        <ExplainPanel flow={flow} targets={targets} />
      </div>
      <div className={classes.columns}>
        <ChainSection flow={flow} targets={targets} published={chainOf(flow)} draft={chain} />
        <Panel title={dirty ? 'What would happen with these changes' : 'What happens when something is down'}>
          <ConsequenceList said={said} />
        </Panel>
      </div>
      <div className={classes.below}>
        <ReadinessPanel flow={flow} />
      </div>
      <PolicySection flow={flow} draft={policy} />
      <div className={classes.columns}>
        <AliasesSection flow={flow} draft={names} />
        <Panel title="Delete">
          <p className={classes.quiet}>Callers of this flow are answered 404 from then on.</p>
          <DeleteFlow flow={flow} />
        </Panel>
      </div>
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
          <Button component={SharedLink} variant="default" href={`/playground?flow=${flow.slug}`}>
            Try it
          </Button>
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
