import type { FlowVersion } from '#lib/contract/flow-editing.ts';
import { bodyOf, type FlowContent } from '../draft-content.ts';

export type PointerChange = FlowVersion['changes'][number];

/** What leads from one content to the other, written as the API writes it: `/chain` for the order, `/chain/gpt/enabled`, `/policy/mode`. */
export function pointerChanges(before: FlowContent, after: FlowContent): PointerChange[] {
  const changes: PointerChange[] = [];
  collect('/chain', orderOf(before), orderOf(after), changes);
  collect('', byTarget(before), byTarget(after), changes);
  return changes;
}

function orderOf({ chain }: FlowContent): string[] {
  return chain.map(({ target }) => target);
}

function byTarget(content: FlowContent): unknown {
  const { chain, policy } = bodyOf(content);
  return { chain: Object.fromEntries(chain.map(({ target, ...settings }) => [target, settings])), policy };
}

function collect(path: string, before: unknown, after: unknown, out: PointerChange[]): void {
  if (before === undefined) out.push({ path, op: 'add', after });
  else if (after === undefined) out.push({ path, op: 'remove', before });
  else if (isFields(before) && isFields(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collect(`${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, before[name], after[name], out);
    }
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    out.push({ path, op: 'change', before, after });
  }
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
