import { stringify } from 'yaml';
import type { ConfigDiff } from '#lib/contract/api.ts';

type Change = ConfigDiff['changes'][number];

const SIGNS = { add: '+', remove: '-', change: '~' } as const;

/** "1 difference", "3 differences" */
export function countWords(count: number): string {
  return `${count} ${count === 1 ? 'difference' : 'differences'}`;
}

/** Every difference with its path and both values, as text for people; keys are masked by the server already. */
export function diffText({ changes }: ConfigDiff): string {
  return changes.map(changeText).join('');
}

function changeText(change: Change): string {
  const head = `${SIGNS[change.op]} ${pathWords(change.path)}\n`;
  if (isHiddenKey(change.before) && isHiddenKey(change.after))
    return `${head}    another key (never shown)\n`;
  return [
    head,
    change.op === 'add' ? '' : valueText('before', change.before),
    change.op === 'remove' ? '' : valueText('after', change.after),
  ].join('');
}

/** `/flows/support-chat/policy/mode` without the pointer's escapes. */
function pathWords(pointer: string): string {
  return pointer.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** Short values beside their name, long ones below it. */
function valueText(name: 'before' | 'after', value: unknown): string {
  const text = stringify(value, { lineWidth: 100 }).trimEnd();
  return text.includes('\n')
    ? `    ${name}\n${text.replaceAll(/^/gm, '      ')}\n`
    : `    ${name.padEnd(7)}${text}\n`;
}

function isHiddenKey(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'stored' in value;
}
