import type { PolicyDraft } from './policy-draft.ts';
import { toPercent } from './policy-fields.ts';

export type PolicyValue = string | number | boolean;

export interface PolicyChange {
  path: string;
  label: string;
  before: string;
  after: string;
}

/** Every field that differs, in the form's order. */
export function policyChanges(before: PolicyDraft, after: PolicyDraft): PolicyChange[] {
  const was = policyLeaves(before);
  const is = policyLeaves(after);
  return inFormOrder([...is.keys()]).flatMap((path) => {
    const [old, now] = [was.get(path), is.get(path)];
    if (old === now || old === undefined || now === undefined) return [];
    const words = [old, now].map((value) => policyValueWords(path, value));
    // What the form rounds is told exactly where rounding would hide the change.
    const [said, saidNow] = words[0] === words[1] ? [String(old), String(now)] : words;
    return [{ path, label: policyLabel(path), before: said ?? '', after: saidNow ?? '' }];
  });
}

export function samePolicy(a: PolicyDraft, b: PolicyDraft): boolean {
  return policyChanges(a, b).length === 0;
}

/** "Badge: off becomes on." */
export function policyChangeWords({ label, before, after }: PolicyChange): string {
  return `${label}: ${before} becomes ${after}.`;
}

/** Every leaf of a policy by its dotted path: "timeouts.idleSeconds". */
export function policyLeaves(policy: PolicyDraft): Map<string, PolicyValue> {
  const leaves = new Map<string, PolicyValue>();
  for (const [part, value] of Object.entries(policy)) {
    if (typeof value !== 'object') leaves.set(part, value);
    else for (const [field, inner] of Object.entries(value)) leaves.set(`${part}.${field}`, inner);
  }
  return leaves;
}

export function inFormOrder(paths: readonly string[]): string[] {
  const order = Object.keys(FIELDS);
  return paths.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** What the form calls a field. */
export function policyLabel(path: string): string {
  return FIELDS[path]?.label ?? path;
}

/** A field's value as the form shows it. */
export function policyValueWords(path: string, value: PolicyValue): string {
  const words = FIELDS[path]?.words ?? plain;
  return words(value);
}

interface Field {
  label: string;
  words?: (value: PolicyValue) => string;
}

const plain = (value: PolicyValue) =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value).replaceAll('_', ' ');
const quoted = (value: PolicyValue) => `“${value}”`;
const seconds = (value: PolicyValue) => `${value} s`;
const percent = (value: PolicyValue) => `${typeof value === 'number' ? toPercent(value) : value} %`;

const FIELDS: Readonly<Record<string, Field>> = {
  mode: { label: 'Mode' },
  defaultStakes: { label: 'Default stakes' },
  'primaryPatience.seconds': { label: 'Patience with the primary', words: seconds },
  'primaryPatience.retries': { label: 'Extra calls of the primary' },
  'badge.on': { label: 'Badge' },
  'badge.text': { label: 'Badge text', words: quoted },
  'badge.language': { label: 'Badge language' },
  'degraded.as': { label: 'Refusal', words: (value) => `as ${value}` },
  'degraded.message': { label: 'Refusal text', words: quoted },
  'degraded.retryAfterSeconds': { label: 'Retry after', words: seconds },
  'timeouts.firstTokenSeconds': { label: 'First token', words: seconds },
  'timeouts.idleSeconds': { label: 'Idle', words: seconds },
  'timeouts.totalSeconds': { label: 'Total', words: seconds },
  'retry.maxPerTarget': { label: 'Retries on a target' },
  'retry.maxAttempts': { label: 'Attempts in all' },
  'retry.budgetPerSuccess': { label: 'Retry budget', words: percent },
  contentFilter: { label: 'Content refusals' },
  contextOverflow: { label: 'Prompts that are too long' },
  untranslatable: { label: 'What a target has no words for' },
  'hedge.on': { label: 'Hedging' },
  'hedge.minDelaySeconds': { label: 'Hedge after', words: seconds },
  'hedge.share': { label: 'Calls hedged at most', words: percent },
  midStream: { label: 'A stream that breaks' },
  prefill: { label: 'Continuing by prefill' },
  buffer: { label: 'Holding streams back' },
};
