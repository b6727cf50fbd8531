'use client';

import { errorMessage } from '#components/api/client.ts';
import { useFlows, useTargets } from '#components/api/resources.ts';
import { CreateFlow } from '#components/flow/create-flow.tsx';
import classes from '#components/flow/flow-card.module.css';
import { FlowCard } from '#components/flow/flow-card.tsx';
import { PageHead } from '#components/flow/page-head.tsx';
import { indexTargets } from '#components/flow/target-label.ts';
import touch from '#components/flow/touch.module.css';
import { SharedLink } from '#components/shell/shared-link.tsx';
import { plural } from '#components/ui/format.ts';
import { Panel, type PanelState } from '#components/ui/panel.tsx';

/** Every flow with its live diagram. */
export function FlowsView() {
  const flows = useFlows();
  const targets = useTargets();
  const index = indexTargets(targets.data ?? []);
  const failed = flows.error ?? targets.error;
  const state: PanelState | null =
    failed !== null
      ? {
          kind: 'failed',
          text: `The flows could not be read. ${errorMessage(failed)}`,
          onRetry: () => void Promise.all([flows.refetch(), targets.refetch()]),
        }
      : flows.data === undefined || targets.data === undefined
        ? { kind: 'loading' }
        : flows.data.length === 0
          ? {
              kind: 'never',
              text: 'No flow yet. A flow is a named use of models in your product, with its own chain and policy.',
              action: targets.data.length > 0 ? undefined : <TargetsFirst />,
            }
          : null;
  return (
    <div className={touch.touch}>
      <PageHead
        title="Flows"
        sentence={headline(flows.data?.length)}
        actions={<CreateFlow targets={index} />}
      />
      {state === null ? null : <Panel title="Flows" state={state} height={240} />}
      <div className={classes.list}>
        {targets.data === undefined
          ? null
          : flows.data?.map((flow) => <FlowCard key={flow.slug} flow={flow} targets={index} />)}
      </div>
    </div>
  );
}

function TargetsFirst() {
  return (
    <span>
      It needs a target first:{' '}
      <SharedLink className="sy-link" href="/add-provider">
        Add a provider and choose its models
      </SharedLink>
    </span>
  );
}

function headline(count: number | undefined): string {
  if (count === undefined) return 'Reading the flows…';
  return `${plural(count, 'flow')}. A client chooses one by sending its slug as the model; the line shows who answers it now.`;
}
