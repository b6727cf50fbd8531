'use client';

import { FlowDetail } from '#components/flow/flow-detail.tsx';
import { FlowFound } from './flow-found.tsx';

export function FlowView({ slug }: { slug: string }) {
  return (
    <FlowFound slug={slug}>
      {(flow, targets) => <FlowDetail key={slug} flow={flow} targets={targets} />}
    </FlowFound>
  );
}
