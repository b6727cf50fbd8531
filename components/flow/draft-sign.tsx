import type { FlowView } from '#lib/contract/api.ts';
import { SharedLink } from '../shell/shared-link.tsx';
import classes from './page-head.module.css';

/** That something is about to be published, and the way there; nothing where there is no draft. */
export function DraftSign({ flow }: { flow: Pick<FlowView, 'slug' | 'hasDraft'> }) {
  if (!flow.hasDraft) return null;
  return (
    <SharedLink className={classes.tag} href={`/flows/${encodeURIComponent(flow.slug)}/edit`}>
      draft pending
    </SharedLink>
  );
}
