'use client';

import { parseAsString, useQueryState } from 'nuqs';
import { errorMessage } from '#components/api/client.ts';
import { useFlows, useStatus, useTargets } from '#components/api/resources.ts';
import { PageHead } from '#components/flow/page-head.tsx';
import { indexTargets } from '#components/flow/target-label.ts';
import { Playground } from '#components/playground/playground.tsx';
import { SharedLink } from '#components/shell/shared-link.tsx';
import { Panel } from '#components/ui/panel.tsx';

/** Chat through a flow; which one stands in the URL. */
export function PlaygroundView() {
  const [chosen, choose] = useQueryState('flow', parseAsString);
  const flows = useFlows();
  const targets = useTargets();
  const status = useStatus();
  const flow = flows.data?.find((each) => each.slug === chosen) ?? flows.data?.[0];
  if (flow !== undefined && flows.data !== undefined) {
    return (
      <Playground
        flow={flow}
        flows={flows.data}
        targets={indexTargets(targets.data ?? [])}
        gatewayUrl={status.data?.gatewayUrl ?? null}
        onFlow={(slug) => void choose(slug)}
      />
    );
  }
  const retry = () => void flows.refetch();
  return (
    <>
      <PageHead title="Playground" sentence="Chat through a flow, as your product does." />
      <Panel
        title="Conversation"
        height={240}
        state={
          flows.error !== null
            ? {
                kind: 'failed',
                text: `The flows could not be read. ${errorMessage(flows.error)}`,
                onRetry: retry,
              }
            : flows.data === undefined
              ? { kind: 'loading' }
              : {
                  kind: 'never',
                  text: 'There is no flow to talk to yet.',
                  action: (
                    <span>
                      <SharedLink className="sy-link" href="/flows">
                        Create one under Flows
                      </SharedLink>
                    </span>
                  ),
                }
        }
      />
    </>
  );
}
