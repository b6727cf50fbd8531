'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type Replay, type ReplayInput, replaySchema } from '#lib/contract/replay.ts';
import { callApi } from '../api/client.ts';
import { useLiveStore } from '../live/live-provider.tsx';
import { type Asked, SPAN_MS } from './asked.ts';

export interface Ran {
  asked: Asked;
  replay: Replay;
}

/** Replays on demand. What was answered last stays until the next answer. */
export function useReplay(slug: string) {
  const store = useLiveStore();
  const [ran, setRan] = useState<Ran | null>(null);
  const mutation = useMutation({
    mutationFn: async (asked: Asked): Promise<Ran> => {
      // The server's own clock: a span of 24 h by another one could be too long for it.
      const toWallMs = Date.now() + store.clock.offset();
      const body: Partial<ReplayInput> = {
        fromWallMs: toWallMs - SPAN_MS[asked.span],
        toWallMs,
        draft: asked.draft,
      };
      const path = `/flows/${encodeURIComponent(slug)}/replay`;
      return { asked, replay: await callApi({ path, method: 'POST', body, answer: replaySchema }) };
    },
    onSuccess: setRan,
  });
  return { ran, running: mutation.isPending, error: mutation.error, run: mutation.mutate };
}
