import type { ReadinessFacts } from './readiness-facts.ts';

/** What one rule finds. */
export interface Finding {
  ok: boolean;
  /** How it is, in sentences with facts. */
  text: string;
  /** Where it is mended; null: nothing to mend. */
  fix: { label: string; href: string } | null;
}

/** "a, b and c" */
export function allOf(names: readonly string[]): string {
  return join(names, 'and');
}

/** "a, b or c" */
export function anyOf(names: readonly string[]): string {
  return join(names, 'or');
}

function join(names: readonly string[], word: string): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** "12.5 s" */
export function seconds(value: number): string {
  return `${Math.round(value * 10) / 10} s`;
}

export function editFlow({ slug }: Pick<ReadinessFacts, 'slug'>, label: string): Finding['fix'] {
  return { label, href: `/flows/${slug}/edit` };
}
