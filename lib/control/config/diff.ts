import type { ConfigDiff } from '#lib/contract/api.ts';
import { sameJson } from '../checks.ts';

type Change = ConfigDiff['changes'][number];

/**
 * Differences of two documents as JSON pointers. Entries of a list that have a slug are found by it, so that a pointer reads
 * `/flows/support-chat/policy/mode` and a mere reordering is no change; other lists (chains, aliases) are compared whole.
 * @param show what is printed of a value; masks what must not be seen
 */
export function diffDocuments(before: unknown, after: unknown, show: (value: unknown) => unknown): Change[] {
  const changes: Change[] = [];
  walk('', before, after, (path, from, to) => {
    if (from === undefined) changes.push({ path, op: 'add', after: show(to) });
    else if (to === undefined) changes.push({ path, op: 'remove', before: show(from) });
    else changes.push({ path, op: 'change', before: show(from), after: show(to) });
  });
  return changes;
}

type Report = (path: string, from: unknown, to: unknown) => void;

function walk(path: string, before: unknown, after: unknown, report: Report): void {
  if (sameJson(before, after)) return;
  const from = fieldsOf(before);
  const to = fieldsOf(after);
  if (from === null || to === null || path.endsWith('/credential')) {
    report(path, before, after);
    return;
  }
  for (const key of new Set([...from.keys(), ...to.keys()])) {
    walk(`${path}/${escapePointer(key)}`, from.get(key), to.get(key), report);
  }
}

/** Named parts to compare one by one; null for a value that is compared whole. */
function fieldsOf(value: unknown): Map<string, unknown> | null {
  if (Array.isArray(value)) {
    const entries: unknown[] = value;
    const slugs = entries.map(slugOf);
    if (slugs.some((slug) => slug === null)) return null;
    return new Map(entries.map((entry) => [slugOf(entry) ?? '', entry]));
  }
  if (typeof value !== 'object' || value === null) return null;
  return new Map(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

function slugOf(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null || !('slug' in entry)) return null;
  return typeof entry.slug === 'string' ? entry.slug : null;
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
