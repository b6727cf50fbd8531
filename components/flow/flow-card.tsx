'use client';

import type { FlowView } from '#lib/contract/api.ts';
import { OneLine } from '../breaker/one-line.tsx';
import { useFlowPulse, useFreshness } from '../live/hooks.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import classes from './flow-card.module.css';
import { FlowTags } from './flow-tags.tsx';
import { linkName } from './link-name.tsx';
import { servedShares } from './served-shares.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';
import { useFlowSentence } from './use-flow-sentence.ts';

/** One flow of the list: what is true, its one-line diagram, and who served it in the last minute. */
export function FlowCard({ flow, targets }: { flow: FlowView; targets: TargetIndex }) {
  const sentence = useFlowSentence(flow, targets);
  const pulse = useFlowPulse(flow.slug);
  const { stale } = useFreshness();
  const href = `/flows/${encodeURIComponent(flow.slug)}`;
  return (
    <article className={classes.card} aria-label={flow.name} data-stale={stale}>
      <header className={classes.header}>
        <h2 className={classes.name}>
          <SharedLink href={href} className="sy-link">
            {flow.name}
          </SharedLink>
        </h2>
        <FlowTags flow={flow} />
      </header>
      <p className={classes.sentence}>{sentence}</p>
      <OneLine flow={flow} targets={targets} head={flow.slug} renderName={linkName(targets)} />
      <p className={`${classes.shares} sy-live`}>
        {servedShares(pulse, (slug) => targetLabel(targets, slug))}
      </p>
    </article>
  );
}
