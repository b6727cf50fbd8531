import { joinWords } from '../../ui/format.ts';
import { policyLabel, policyValueWords } from '../policy-changes.ts';
import type { PointerChange } from './pointers.ts';

/** Recorded changes of a version in words, a sentence a change. @param nameOf a target's name */
export function pointerWords(changes: readonly PointerChange[], nameOf: (slug: string) => string): string[] {
  return changes.flatMap((change) => {
    const [, part = '', name = '', ...rest] = change.path.split('/').map(withoutEscapes);
    if (part === 'policy') return policySentence([name, ...rest].join('.'), change);
    if (part !== 'chain') return [`${change.path} changes.`];
    return name === '' ? orderSentence(change, nameOf) : entrySentence(nameOf(name), rest[0], change);
  });
}

function policySentence(path: string, { before, after }: PointerChange): string[] {
  const [was, is] = [before, after].map((value) =>
    isPlain(value) ? policyValueWords(path, value) : JSON.stringify(value ?? null),
  );
  return [`${policyLabel(path)}: ${was} becomes ${is}.`];
}

/** An order in which some came or went is told by them; what is left says who moved. */
function orderSentence({ before, after }: PointerChange, nameOf: (slug: string) => string): string[] {
  const [was, is] = [slugsIn(before), slugsIn(after)];
  const stayed = (from: string[], others: string[]) => from.filter((slug) => others.includes(slug));
  const moved = stayed(was, is).join() !== stayed(is, was).join();
  return moved ? [`The order becomes ${joinWords(is.map(nameOf))}.`] : [];
}

function entrySentence(name: string, field: string | undefined, { op, after }: PointerChange): string[] {
  if (field === 'enabled') return [after === true ? `${name} is enabled.` : `${name} is disabled.`];
  if (field === 'adapter') return [`The prompt rules for ${name} change.`];
  if (op === 'change') return [`${name} changes.`];
  return [op === 'add' ? `${name} is added.` : `${name} is removed.`];
}

function slugsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isPlain(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function withoutEscapes(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
