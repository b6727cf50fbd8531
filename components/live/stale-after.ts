import type { LiveEvent } from '#lib/contract/live.ts';
import { keys } from '../api/keys.ts';

/** Queries that hold something else after an event: what a tab does not hold itself, it reads again. */
export function staleAfter(event: LiveEvent): readonly (readonly string[])[] {
  switch (event.type) {
    case 'config':
      return [keys.providers, keys.targets, keys.flows, keys.settings, keys.status];
    case 'audit':
      // A flow's draft is no configuration, so nothing else tells of it.
      return event.data.entity === 'flow' ? [keys.audit, keys.flows] : [keys.audit];
    case 'transition':
      return [keys.events];
    case 'faults':
      return [keys.simulator];
    default:
      return [];
  }
}
