'use client';

import { errorMessage } from '#components/api/client.ts';
import { useFlowDraft } from '#components/flow/editor/draft-api.ts';
import { FlowEditor } from '#components/flow/editor/flow-editor.tsx';
import { PageHead } from '#components/flow/page-head.tsx';
import type { TargetIndex } from '#components/flow/target-label.ts';
import { Panel } from '#components/ui/panel.tsx';
import type { FlowView } from '#lib/contract/api.ts';
import { FlowFound } from '../flow-found.tsx';

export function FlowEditView({ slug }: { slug: string }) {
  return (
    <FlowFound slug={slug}>
      {(flow, targets) => <WithDraft key={slug} flow={flow} targets={targets} />}
    </FlowFound>
  );
}

/** Edits begin from the saved draft, so they wait until it is known whether there is one. */
function WithDraft({ flow, targets }: { flow: FlowView; targets: TargetIndex }) {
  const draft = useFlowDraft(flow.slug);
  if (draft.data !== undefined) return <FlowEditor flow={flow} targets={targets} answer={draft.data} />;
  const text = `The draft could not be read. ${errorMessage(draft.error)}`;
  return (
    <>
      <PageHead title={`Edit ${flow.name}`} sentence="Reading the draft…" />
      <Panel
        title="Draft"
        height={240}
        state={
          draft.error === null
            ? { kind: 'loading' }
            : { kind: 'failed', text, onRetry: () => void draft.refetch() }
        }
      />
    </>
  );
}
