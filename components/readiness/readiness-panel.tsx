'use client';

import type { FlowView } from '#lib/contract/api.ts';
import { Panel } from '../ui/panel.tsx';
import { panelState } from '../ui/panel-state.ts';
import classes from './readiness.module.css';
import { ReadinessRow } from './readiness-row.tsx';
import { readinessSummary } from './readiness-words.ts';
import { useFlowReadiness } from './use-readiness.ts';

/** Whether the flow would survive its provider: what it has, what it lacks, what it leaves out on purpose. */
export function ReadinessPanel({ flow }: { flow: FlowView }) {
  const readiness = useFlowReadiness(flow.slug);
  const found = readiness.data;
  return (
    <Panel
      title="Ready for an outage"
      aside={found === undefined ? undefined : readinessSummary(found)}
      state={panelState(readiness)}
      height={280}
    >
      {found === undefined ? null : (
        <ul className={classes.list}>
          {found.items.map((item) => (
            <ReadinessRow key={item.id} flow={flow} item={item} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
