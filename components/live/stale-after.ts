import type { LiveEvent } from '#lib/contract/live.ts';
import { keys } from '../api/keys.ts';

const CONFIGURED = [
  keys.providers,
  keys.targets,
  keys.flows,
  keys.readiness,
  keys.configFile,
  keys.settings,
  keys.status,
] as const;

/**
 * Queries that hold something else after an event: what a tab does not hold itself, it reads again.
 * @param again a snapshot has come before: this one means that events between the two were missed
 */
export function staleAfter(event: LiveEvent, again = false): readonly (readonly string[])[] {
  switch (event.type) {
    case 'snapshot':
      return again ? [...CONFIGURED, keys.audit, keys.events] : [];
    case 'config':
      return CONFIGURED;
    case 'audit':
      return [keys.audit, ...staleAfterAudit(event.data)];
    case 'transition':
      return [keys.events];
    case 'faults':
      return [keys.simulator];
    default:
      return [];
  }
}

/** What is no configuration, so that nothing else tells of it: a flow's draft, and overrides, on which readiness rests. */
function staleAfterAudit(data: Extract<LiveEvent, { type: 'audit' }>['data']): (readonly string[])[] {
  if (data.entity === 'flow') return [keys.flows];
  return data.action.startsWith('breaker.override.') ? [keys.readiness] : [];
}
