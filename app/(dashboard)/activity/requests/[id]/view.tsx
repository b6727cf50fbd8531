'use client';

import { RequestDetail } from '#components/activity/request-detail.tsx';
import { ApiError, errorMessage } from '#components/api/client.ts';
import { useRequestRecord } from '#components/api/resources.ts';
import { PageHead } from '#components/flow/page-head.tsx';
import { SharedLink } from '#components/shell/shared-link.tsx';
import { Panel } from '#components/ui/panel.tsx';

/** One request, by its id. */
export function RequestView({ id }: { id: string }) {
  const request = useRequestRecord(id);
  if (request.data !== undefined) return <RequestDetail record={request.data} />;
  if (request.error instanceof ApiError && request.error.status === 404) {
    return (
      <PageHead
        title="No such request"
        sentence={
          <>
            {id} was not recorded, or is older than what is kept: of plain successes only a sample is.{' '}
            <SharedLink className="sy-link" href="/activity?tab=requests">
              All recorded requests
            </SharedLink>
          </>
        }
      />
    );
  }
  const retry = () => void request.refetch();
  return (
    <>
      <PageHead title="Request" sentence={id} />
      <Panel
        title="Trail"
        height={200}
        state={
          request.error === null
            ? { kind: 'loading' }
            : {
                kind: 'failed',
                text: `The request could not be read. ${errorMessage(request.error)}`,
                onRetry: retry,
              }
        }
      />
    </>
  );
}
