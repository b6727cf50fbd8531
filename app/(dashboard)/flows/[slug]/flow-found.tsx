'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { errorMessage } from '#components/api/client.ts';
import { useFlows, useTargets } from '#components/api/resources.ts';
import { PageHead } from '#components/flow/page-head.tsx';
import { indexTargets, type TargetIndex } from '#components/flow/target-label.ts';
import { Panel } from '#components/ui/panel.tsx';
import type { FlowView } from '#lib/contract/api.ts';

interface FlowFoundProps {
  slug: string;
  children: (flow: FlowView, targets: TargetIndex) => ReactNode;
}

/** Finds the flow; what was read last stays on the page when a later read fails. */
export function FlowFound({ slug, children }: FlowFoundProps) {
  const flows = useFlows();
  const targets = useTargets();
  const flow = flows.data?.find((each) => each.slug === slug);
  if (flow !== undefined && targets.data !== undefined) return children(flow, indexTargets(targets.data));
  const failed = flows.error ?? targets.error;
  if (failed !== null) {
    const retry = () => void Promise.all([flows.refetch(), targets.refetch()]);
    const text = `This flow could not be read. ${errorMessage(failed)}`;
    return (
      <>
        <PageHead title={slug} sentence="What this flow does is not known right now." />
        <Panel title="Flow" height={240} state={{ kind: 'failed', text, onRetry: retry }} />
      </>
    );
  }
  if (flows.isPending || targets.isPending) {
    return (
      <>
        <PageHead title={slug} sentence="Reading this flow…" />
        <Panel title="Flow" height={240} state={{ kind: 'loading' }} />
      </>
    );
  }
  return (
    <PageHead
      title={`No flow “${slug}”`}
      sentence={
        <>
          It may have been deleted. <Link href="/flows">All flows</Link>
        </>
      }
    />
  );
}
