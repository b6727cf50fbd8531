'use client';

import { useMemo } from 'react';
import { useFlows, useStatus } from '../api/resources.ts';

/** How to send the first request, for panels that never had data. */
export function useFirstRequestCurl(): { text: string; curl?: string } {
  const status = useStatus();
  const flows = useFlows();
  const url = status.data?.gatewayUrl ?? 'http://127.0.0.1:8080';
  const flow = flows.data?.[0]?.slug;
  return useMemo(
    () =>
      flow === undefined
        ? { text: 'Nothing to draw before the first flow and its first request.' }
        : {
            text: 'No request has come through yet. Send one:',
            curl: [
              `curl ${url}/v1/chat/completions`,
              // Double quotes, so that the shell puts the key in.
              `  -H "authorization: Bearer $SWITCHYARD_KEY" -H 'content-type: application/json'`,
              `  -d '{"model":"${flow}","messages":[{"role":"user","content":"Hello"}]}'`,
            ].join(' \\\n'),
          },
    [url, flow],
  );
}
