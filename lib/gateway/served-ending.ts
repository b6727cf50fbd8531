import type { RunOutcome } from '#lib/engine/run-types.ts';
import type { Answer } from './answer.ts';
import type { Exchange, Service } from './exchange.ts';
import { type FinishedRequest, notesOfAnswer } from './request-record.ts';
import type { FlowEntry } from './snapshot-index.ts';

export type Served = Extract<RunOutcome<Answer>, { kind: 'served' }>;

export function serviceOf(flow: FlowEntry, outcome: Served): Service {
  const { target, attempts, degraded, reason, trail } = outcome;
  return {
    served: flow.targets.get(target.slug) ?? null,
    attempts,
    degraded,
    reason,
    notes: notesOfAnswer(trail, target.slug),
  };
}

type Ending = Partial<FinishedRequest> & Pick<FinishedRequest, 'outcome' | 'status'>;

/** What is recorded of a request that was answered. */
export function endingOf(exchange: Exchange, service: Service, trail: Served['trail']): Ending {
  const { served, degraded, reason } = service;
  const badge = exchange.badge(service) !== null;
  return { outcome: outcomeOf(exchange, service), status: 200, served, degraded, reason, badge, trail };
}

/** The first enabled target of the chain is the primary; what else is not degraded is an alternate of it. */
function outcomeOf(exchange: Exchange, { degraded, served }: Service): 'primary' | 'alternate' | 'backup' {
  if (degraded) return 'backup';
  const chain = exchange.flow?.engine.chain ?? [];
  const primary = chain.find((entry) => entry.enabled && isEnabled(exchange, entry.target));
  return primary?.target === served?.engine.slug ? 'primary' : 'alternate';
}

function isEnabled(exchange: Exchange, target: string): boolean {
  return exchange.flow?.targets.get(target)?.engine.enabled === true;
}
