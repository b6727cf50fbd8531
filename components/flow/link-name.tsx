import type { ReactNode } from 'react';
import type { ChainLink } from '../breaker/chain-state.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import { type TargetIndex, targetLabel } from './target-label.ts';

/** How the diagrams of flows name their targets: by slug, leading to the target, with model and place on hover. */
export function linkName(targets: TargetIndex): (link: ChainLink) => ReactNode {
  return (link) => (
    <SharedLink
      href={`/targets/${encodeURIComponent(link.slug)}`}
      className="sy-link"
      title={targetLabel(targets, link.slug)}
    >
      {link.slug}
    </SharedLink>
  );
}
