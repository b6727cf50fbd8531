'use client';

import { useMemo } from 'react';
import { useFlows, useStatus } from '../api/resources.ts';

/** How to send the first request, for panels that never had data. */
export function useFirstRequestCurl(): { text: string; curl: string } {
  const status = useStatus();
  const flows = useFlows();
  const url = status.data?.gatewayUrl ?? 'http://127.0.0.1:8080';
  const flow = flows.data?.[0]?.slug ?? 'your-flow';
  return useMemo(
    () => ({
      text: 'No request has come through yet. Send one:',
      curl: [
        `curl ${url}/v1/chat/completions`,
        `  -H 'authorization: Bearer $SWITCHYARD_KEY' -H 'content-type: application/json'`,
        `  -d '{"model":"${flow}","messages":[{"role":"user","content":"Hello"}]}'`,
      ].join(' \\\n'),
    }),
    [url, flow],
  );
}
