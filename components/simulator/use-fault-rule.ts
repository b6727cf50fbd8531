'use client';

import { useState } from 'react';
import type { FaultRule, SimulatorView } from '#lib/contract/simulator.ts';
import { modelsAt } from './fault-words.ts';

/** "Every region", "every model". */
export const ANY = '*';

/** Who is to fail and how, as the form holds it; `rule` is what POST simulator/faults takes. */
export function useFaultRule(view: SimulatorView) {
  const [provider, setProvider] = useState(view.providers[0]?.slug ?? '');
  const [endpoint, setEndpoint] = useState(ANY);
  const [model, setModel] = useState(ANY);
  const [fault, setFault] = useState<FaultRule['fault']>('server_error');
  const [percent, setPercent] = useState(100);
  const [retryAfterSeconds, setRetryAfter] = useState(20);
  const [delayMs, setDelay] = useState(20_000);
  const rule: FaultRule = {
    provider,
    fault,
    share: percent / 100,
    ...(endpoint === ANY ? {} : { endpoint }),
    ...(model === ANY ? {} : { model }),
    ...(fault === 'rate_limit' ? { retryAfterSeconds } : {}),
    ...(fault === 'slow_first_token' ? { delayMs } : {}),
  };
  return {
    rule,
    provider,
    endpoint,
    model,
    fault,
    percent,
    retryAfterSeconds,
    delayMs,
    endpoints: view.providers.find((each) => each.slug === provider)?.endpoints ?? [],
    models: modelsAt(view, provider, endpoint === ANY ? null : endpoint),
    setModel,
    setFault,
    setPercent,
    setRetryAfter,
    setDelay,
    /** What was narrowed below no longer fits. */
    setProvider: (next: string) => {
      setProvider(next);
      setEndpoint(ANY);
      setModel(ANY);
    },
    setEndpoint: (next: string) => {
      setEndpoint(next);
      setModel(ANY);
    },
  };
}
