import type { OverrideKind } from './types.ts';

/** How one scope stands to a call, on its own. Instants in the caller's clock, ms; they mean nothing where the verdict is null. */
export interface Standing {
  forced: OverrideKind | null;
  forcedUntil: number;
  /** The scope's own machine. */
  own: 'breaker_open' | 'probing' | null;
  ownDueAt: number;
  /** What its children say of it. */
  derived: 'breaker_open' | 'probing' | null;
  derivedDueAt: number;
}

export interface Decision {
  /** Of the scope that decided: 0 target, 1 endpoint, 2 provider. */
  level: number;
  reason: 'forced_open' | 'breaker_open' | 'probing';
  /** True when it was not the scope's own machine but its children that decided. */
  derived: boolean;
  /** When it may change by itself; Infinity when it will not. */
  dueAt: number;
}

/**
 * Which scope turns a call down, of three from the narrowest to the widest; null: none does. Operators come first: the
 * widest forced-open scope, then a forced-closed one, which lets calls past itself and everything wider. Then the
 * widest scope that is held to be down because of its children names itself, since that is the whole story; else the
 * narrowest machine that is open. The one rule for live calls, previews and explanations.
 */
export function decide(levels: readonly Standing[]): Decision | null {
  for (let level = levels.length - 1; level >= 0; level -= 1) {
    const standing = levels[level];
    if (standing?.forced === 'forced_open') {
      return { level, reason: 'forced_open', derived: false, dueAt: standing.forcedUntil };
    }
  }
  let found: Decision | null = null;
  let dueAt = Number.NEGATIVE_INFINITY;
  for (let level = 0; level < levels.length; level += 1) {
    const standing = levels[level];
    if (standing === undefined || standing.forced !== null) break;
    const { own, derived } = standing;
    if (own !== null) {
      dueAt = Math.max(dueAt, standing.ownDueAt);
      found ??= { level, reason: own, derived: false, dueAt };
    }
    if (derived !== null) {
      dueAt = Math.max(dueAt, standing.derivedDueAt);
      if (own === null) found = { level, reason: derived, derived: true, dueAt };
    }
  }
  if (found !== null) found.dueAt = dueAt;
  return found;
}
