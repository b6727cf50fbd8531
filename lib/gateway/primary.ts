import type { FlowEntry, TargetEntry } from './snapshot-index.ts';

/** The first enabled target of the flow's chain; undefined when all are disabled. */
export function primaryOf({ engine, targets }: FlowEntry): TargetEntry | undefined {
  for (const { target, enabled } of engine.chain) {
    const entry = enabled ? targets.get(target) : undefined;
    if (entry?.engine.enabled === true) return entry;
  }
  return undefined;
}
