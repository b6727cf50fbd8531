import type { Adapter } from '#lib/contract/config.ts';
import type { TargetIndex } from './target-label.ts';

/** One row of the chain as the editor holds it before it is saved. */
export interface DraftEntry {
  target: string;
  enabled: boolean;
  adapter: Adapter | null;
}

export type ChainRole = 'primary' | 'alternate' | 'backup' | 'disabled';

/** What PUT flows/{slug}/chain takes. */
export function chainBody(
  draft: readonly DraftEntry[],
): { target: string; enabled: boolean; adapter?: Adapter }[] {
  return draft.map(({ target, enabled, adapter }) =>
    adapter === null ? { target, enabled } : { target, enabled, adapter },
  );
}

/** Moves one entry; positions outside the chain are clamped to its ends. */
export function moveEntry(draft: readonly DraftEntry[], from: number, to: number): DraftEntry[] {
  const next = [...draft];
  const [entry] = next.splice(from, 1);
  if (entry === undefined) return next;
  next.splice(Math.max(0, Math.min(to, next.length)), 0, entry);
  return next;
}

export function setEntryEnabled(
  draft: readonly DraftEntry[],
  target: string,
  enabled: boolean,
): DraftEntry[] {
  return draft.map((entry) => (entry.target === target ? { ...entry, enabled } : entry));
}

export function setEntryAdapter(
  draft: readonly DraftEntry[],
  target: string,
  adapter: Adapter | null,
): DraftEntry[] {
  return draft.map((entry) => (entry.target === target ? { ...entry, adapter } : entry));
}

export function addEntry(draft: readonly DraftEntry[], target: string): DraftEntry[] {
  if (draft.some((entry) => entry.target === target)) return [...draft];
  return [...draft, { target, enabled: true, adapter: null }];
}

export function removeEntry(draft: readonly DraftEntry[], target: string): DraftEntry[] {
  return draft.filter((entry) => entry.target !== target);
}

export function sameChain(a: readonly DraftEntry[], b: readonly DraftEntry[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((entry, at) => {
    const other = b[at];
    return (
      other !== undefined &&
      other.target === entry.target &&
      other.enabled === entry.enabled &&
      sameAdapter(other.adapter, entry.adapter)
    );
  });
}

export function sameAdapter(a: Adapter | null, b: Adapter | null): boolean {
  return adapterKey(a) === adapterKey(b);
}

/** The same text for the same rules: the server may write them in another order. */
export function adapterKey(adapter: Adapter | null): string {
  const { set, ...rest } = adapter ?? {};
  const sorted = (fields: object) => Object.entries(fields).toSorted(([x], [y]) => (x < y ? -1 : 1));
  return JSON.stringify([sorted(rest), sorted(set ?? {})]);
}

/** Each entry's role, as the gateway will see it: the first that can be called is the primary. */
export function chainRoles(
  draft: readonly Pick<DraftEntry, 'target' | 'enabled'>[],
  targets: TargetIndex,
): ChainRole[] {
  const family = (slug: string) => targets.get(slug)?.modelFamily ?? slug;
  const callable = (entry: Pick<DraftEntry, 'target' | 'enabled'>) =>
    entry.enabled && targets.get(entry.target)?.enabled !== false;
  const primary = draft.find(callable);
  return draft.map((entry) => {
    if (!callable(entry) || primary === undefined) return 'disabled';
    if (entry === primary) return 'primary';
    return family(entry.target) === family(primary.target) ? 'alternate' : 'backup';
  });
}
