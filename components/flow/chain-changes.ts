import { adapterWords } from './adapter-draft.ts';
import { type ChainRole, chainRoles, type DraftEntry, sameAdapter } from './chain-draft.ts';
import { type TargetIndex, targetLabel } from './target-label.ts';

/** What a draft changes, one sentence a change; empty when nothing does. */
export function chainChanges(
  before: readonly DraftEntry[],
  after: readonly DraftEntry[],
  targets: TargetIndex,
): string[] {
  const name = (slug: string) => targetLabel(targets, slug);
  const was = new Map(before.map((entry) => [entry.target, entry]));
  const is = new Map(after.map((entry) => [entry.target, entry]));
  const sentences: string[] = [];
  const newPrimary = primaryOf(after, targets);
  if (newPrimary !== primaryOf(before, targets)) {
    sentences.push(
      newPrimary === null
        ? 'No target is left to be the primary.'
        : `${name(newPrimary)} becomes the primary.`,
    );
  }
  for (const slug of movedTargets(before, after)) {
    if (slug === newPrimary && sentences.length > 0) continue;
    sentences.push(`${name(slug)} moves from ${place(before, slug)} to ${place(after, slug)}.`);
  }
  for (const [slug, entry] of is) {
    const old = was.get(slug);
    if (old === undefined) sentences.push(`${name(slug)} is added at ${place(after, slug)}.`);
    else sentences.push(...entryChanges(old, entry, name(slug)));
  }
  for (const slug of was.keys()) if (!is.has(slug)) sentences.push(`${name(slug)} is removed.`);
  return sentences;
}

function entryChanges(old: DraftEntry, entry: DraftEntry, name: string): string[] {
  const rules = adapterWords(entry.adapter);
  return [
    ...(old.enabled === entry.enabled
      ? []
      : [entry.enabled ? `${name} is enabled.` : `${name} is disabled: it is never called for this flow.`]),
    ...(sameAdapter(old.adapter, entry.adapter)
      ? []
      : [
          rules.length === 0
            ? `${name} gets the prompt as it came.`
            : `${name} gets a changed prompt: ${rules.join('; ')}.`,
        ]),
  ];
}

function primaryOf(draft: readonly DraftEntry[], targets: TargetIndex): string | null {
  const at = chainRoles(draft, targets).indexOf('primary' satisfies ChainRole);
  return draft[at]?.target ?? null;
}

function place(draft: readonly DraftEntry[], slug: string): string {
  return `position ${draft.findIndex((entry) => entry.target === slug) + 1}`;
}

/** The fewest targets whose moving explains the new order: all but a longest run that kept its order. */
function movedTargets(before: readonly DraftEntry[], after: readonly DraftEntry[]): string[] {
  const oldAt = new Map(before.map((entry, at) => [entry.target, at]));
  const kept = after.filter((entry) => oldAt.has(entry.target)).map((entry) => entry.target);
  const best: string[][] = [];
  for (const [at, slug] of kept.entries()) {
    let longest: string[] = [];
    for (let n = 0; n < at; n += 1) {
      const run = best[n];
      const earlier = kept[n];
      if (run === undefined || earlier === undefined) continue;
      if ((oldAt.get(earlier) ?? 0) < (oldAt.get(slug) ?? 0) && run.length > longest.length) longest = run;
    }
    best.push([...longest, slug]);
  }
  const unmoved = best.reduce<string[]>((a, b) => (b.length > a.length ? b : a), []);
  return kept.filter((slug) => !unmoved.includes(slug));
}
