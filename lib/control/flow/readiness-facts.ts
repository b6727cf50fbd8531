import type { Policy } from '#lib/contract/policy.ts';
import type { Exceptions } from '#lib/contract/readiness.ts';
import { DEFAULT_TUNING } from '#lib/engine/tuning.ts';
import type { FlowRow } from '#lib/store/flows.ts';
import type { StandingTarget } from './readiness-targets.ts';

/** A target of a chain that is switched on. */
export interface ReadinessLink extends Omit<StandingTarget, 'reasons'> {
  /** How long a stream may be silent there before the next target is called. */
  firstTokenSeconds: number;
}

/** All that the rules look at. */
export interface ReadinessFacts {
  slug: string;
  name: string;
  policy: Policy;
  /** null: nobody has said. */
  callerTimeoutSeconds: number | null;
  exceptions: Exceptions;
  /** In order; the first is the primary. */
  links: ReadinessLink[];
  /** Slugs of the chain that are switched off, here or altogether. */
  off: string[];
}

/** @param target one that is switched on, by its slug */
export function readinessFacts(
  flow: FlowRow,
  target: (slug: string) => StandingTarget | null,
): ReadinessFacts {
  const { slug, name, callerTimeoutSeconds, exceptions } = flow;
  const { policy, chain } = flow.published;
  const links: ReadinessLink[] = [];
  const off: string[] = [];
  for (const entry of chain) {
    const found = entry.enabled ? target(entry.target) : null;
    if (found === null) off.push(entry.target);
    else links.push(linkOf(found, policy));
  }
  return { slug, name, policy, callerTimeoutSeconds, exceptions, links, off };
}

function linkOf({ reasons, ...target }: StandingTarget, policy: Policy): ReadinessLink {
  const { firstTokenSeconds } = policy.timeouts;
  const reasoning = DEFAULT_TUNING.reasoningFirstTokenMs / 1000;
  return {
    ...target,
    firstTokenSeconds: reasons ? Math.max(firstTokenSeconds, reasoning) : firstTokenSeconds,
  };
}
