import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import { joinWords, plural } from '../ui/format.ts';

const VERBS = {
  open: 'opened',
  derived_open: 'presumed down',
  half_open: 'probing',
  closed: 'closed',
} as const;

/** "2 breakers opened: claude and gpt-us. 1 breaker closed: gpt-eu." Each scope is named once, as it ended. */
export function announceTransitions(transitions: readonly BreakerTransition[]): string {
  const last = new Map<string, BreakerTransition>();
  for (const transition of transitions) {
    const key = `${transition.scope}:${transition.id}`;
    const known = last.get(key);
    if (known === undefined || transition.atWallMs > known.atWallMs) last.set(key, transition);
  }
  const sentences = (['open', 'derived_open', 'half_open', 'closed'] as const).flatMap((to) => {
    const ids = [...last.values()].filter((transition) => transition.to === to).map(({ id }) => id);
    return ids.length === 0 ? [] : [`${plural(ids.length, 'breaker')} ${VERBS[to]}: ${joinWords(ids)}.`];
  });
  return sentences.join(' ');
}
