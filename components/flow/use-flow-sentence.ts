'use client';

import type { FlowView } from '#lib/contract/api.ts';
import { useBreakers, useServerNow } from '../live/hooks.ts';
import { formatShortInstant } from '../ui/format.ts';
import { useZone } from '../ui/time-zone.tsx';
import { flowNow, flowSentence } from './flow-now.ts';
import type { TargetIndex } from './target-label.ts';

/** What is true of a flow now, in words, as the live state has it. */
export function useFlowSentence(flow: FlowView, targets: TargetIndex): string {
  const breakers = useBreakers();
  const now = useServerNow();
  const { zone } = useZone();
  if (breakers.size === 0) return 'Reading the state of its targets…';
  const input = { flow, targets, breakers, now };
  return flowSentence(flowNow(input), input, (ms) => formatShortInstant(ms, now ?? ms, zone));
}
