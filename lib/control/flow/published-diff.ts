import type { ConfigDiff } from '#lib/contract/api.ts';
import { sameJson } from '../checks.ts';
import { diffDocuments } from '../config/diff.ts';
import type { Published } from './save.ts';

/**
 * What leads from one published state to another, as pointers that can be read: `/chain` for the order (as slugs), `/chain/gpt-us` for
 * an entry that came or went, `/chain/gpt-us/enabled` for one of its settings, `/policy/badge/on`.
 */
export function diffPublished(before: Published, after: Published): ConfigDiff['changes'] {
  const from = orderOf(before);
  const to = orderOf(after);
  const order = sameJson(from, to)
    ? []
    : [{ path: '/chain', op: 'change' as const, before: from, after: to }];
  return [...order, ...diffDocuments(byTarget(before), byTarget(after), (value) => value)];
}

/** "no difference", "1 difference", "3 differences" */
export function differences({ length }: ConfigDiff['changes']): string {
  return `${length === 0 ? 'no' : length} ${length > 1 ? 'differences' : 'difference'}`;
}

function orderOf({ chain }: Published): string[] {
  return chain.map(({ target }) => target);
}

/** Entries of a chain have no slug: their target is what a pointer names them by. */
function byTarget({ chain, policy }: Published): unknown {
  return { chain: Object.fromEntries(chain.map(({ target, ...settings }) => [target, settings])), policy };
}
