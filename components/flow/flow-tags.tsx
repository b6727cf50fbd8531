import type { FlowView } from '#lib/contract/api.ts';
import { DraftSign } from './draft-sign.tsx';
import classes from './page-head.module.css';

/** Slug, mode, badge and whether it is simulated, as small words. */
export function FlowTags({ flow }: { flow: FlowView }) {
  return (
    <>
      <span className={classes.slug}>{flow.slug}</span>
      <span className={classes.tag}>{modeWords(flow.policy)}</span>
      <span className={classes.tag}>badge {flow.policy.badge.on ? 'on' : 'off'}</span>
      <DraftSign flow={flow} />
      {flow.simulated ? <span className={classes.tag}>simulated</span> : null}
    </>
  );
}

/** "mixed, low stakes by default" */
export function modeWords({ mode, defaultStakes }: FlowView['policy']): string {
  return mode === 'mixed' ? `mixed, ${defaultStakes} stakes by default` : mode;
}
