import { type Policy, type PolicyPatch, patchPolicy } from '#lib/contract/policy.ts';
import { toPercent } from './policy-fields.ts';

/** Number fields may be empty while they are being typed. */
type Typed<T> = { [K in keyof T]: T[K] extends number ? number | '' : T[K] };

/** A policy as its form holds it. */
export interface PolicyDraft {
  mode: Policy['mode'];
  defaultStakes: Policy['defaultStakes'];
  primaryPatience: Typed<Policy['primaryPatience']>;
  badge: Policy['badge'];
  degraded: Typed<Policy['degraded']>;
  timeouts: Typed<Policy['timeouts']>;
  retry: Typed<Policy['retry']>;
  contentFilter: Policy['contentFilter'];
  contextOverflow: Policy['contextOverflow'];
  hedge: Typed<Policy['hedge']>;
  midStream: Policy['midStream'];
  prefill: Policy['prefill'];
  buffer: Policy['buffer'];
  untranslatable: Policy['untranslatable'];
}

export type PolicyCheck = { ok: true; policy: Policy } | { ok: false; issues: ReadonlyMap<string, string> };

/** Validates a draft with the contract's own schema; issues by dotted path ("timeouts.idleSeconds"). */
export function checkPolicy(published: Policy, draft: PolicyDraft): PolicyCheck {
  const empty = emptyNumbers(draft);
  if (empty.length > 0) return { ok: false, issues: new Map(empty.map((path) => [path, 'Give a number.'])) };
  const parsed = patchPolicy(published, filled(draft));
  if (parsed.success) return { ok: true, policy: parsed.data };
  return {
    ok: false,
    issues: new Map(parsed.error.issues.map((issue) => [issue.path.join('.'), issue.message])),
  };
}

export function samePolicy(a: PolicyDraft, b: PolicyDraft): boolean {
  return policyChanges(a, b).length === 0;
}

/** What PATCH needs: the parts that differ, whole. */
export function policyPatch(published: PolicyDraft, draft: PolicyDraft): PolicyPatch {
  const changed = new Set(policyChanges(published, draft).map((change) => change.path.split('.')[0]));
  return Object.fromEntries(Object.entries(filled(draft)).filter(([part]) => changed.has(part)));
}

export interface PolicyChange {
  path: string;
  label: string;
  before: string;
  after: string;
}

/** Every field that differs, in the form's order. */
export function policyChanges(before: PolicyDraft, after: PolicyDraft): PolicyChange[] {
  return FIELDS.flatMap(({ path, label, read }) => {
    const was = read(before);
    const is = read(after);
    return was === is ? [] : [{ path, label, before: was, after: is }];
  });
}

interface Field {
  path: string;
  label: string;
  read: (draft: PolicyDraft) => string;
}

const FIELDS: readonly Field[] = [
  { path: 'mode', label: 'Mode', read: (draft) => draft.mode },
  { path: 'defaultStakes', label: 'Default stakes', read: (draft) => draft.defaultStakes },
  {
    path: 'primaryPatience.seconds',
    label: 'Patience with the primary',
    read: (d) => `${d.primaryPatience.seconds} s`,
  },
  {
    path: 'primaryPatience.retries',
    label: 'Extra calls of the primary',
    read: (d) => String(d.primaryPatience.retries),
  },
  { path: 'badge.on', label: 'Badge', read: (draft) => onOff(draft.badge.on) },
  { path: 'badge.text', label: 'Badge text', read: (draft) => `“${draft.badge.text}”` },
  { path: 'badge.language', label: 'Badge language', read: (draft) => draft.badge.language },
  { path: 'degraded.as', label: 'Refusal', read: (draft) => `as ${draft.degraded.as}` },
  { path: 'degraded.message', label: 'Refusal text', read: (draft) => `“${draft.degraded.message}”` },
  {
    path: 'degraded.retryAfterSeconds',
    label: 'Retry after',
    read: (d) => `${d.degraded.retryAfterSeconds} s`,
  },
  {
    path: 'timeouts.firstTokenSeconds',
    label: 'First token',
    read: (d) => `${d.timeouts.firstTokenSeconds} s`,
  },
  { path: 'timeouts.idleSeconds', label: 'Idle', read: (draft) => `${draft.timeouts.idleSeconds} s` },
  { path: 'timeouts.totalSeconds', label: 'Total', read: (draft) => `${draft.timeouts.totalSeconds} s` },
  { path: 'retry.maxPerTarget', label: 'Retries on a target', read: (d) => String(d.retry.maxPerTarget) },
  { path: 'retry.maxAttempts', label: 'Attempts in all', read: (d) => String(d.retry.maxAttempts) },
  {
    path: 'retry.budgetPerSuccess',
    label: 'Retry budget',
    read: (d) => percentWords(d.retry.budgetPerSuccess),
  },
  { path: 'contentFilter', label: 'Content refusals', read: (draft) => draft.contentFilter },
  {
    path: 'contextOverflow',
    label: 'Prompts that are too long',
    read: (draft) => (draft.contextOverflow === 'propagate' ? 'propagate' : 'larger window'),
  },
  { path: 'untranslatable', label: 'What a target has no words for', read: (draft) => draft.untranslatable },
  { path: 'hedge.on', label: 'Hedging', read: (draft) => onOff(draft.hedge.on) },
  { path: 'hedge.minDelaySeconds', label: 'Hedge after', read: (d) => `${d.hedge.minDelaySeconds} s` },
  { path: 'hedge.share', label: 'Calls hedged at most', read: (d) => percentWords(d.hedge.share) },
  { path: 'midStream', label: 'A stream that breaks', read: (draft) => draft.midStream },
  { path: 'prefill', label: 'Continuing by prefill', read: (draft) => onOff(draft.prefill) },
  { path: 'buffer', label: 'Holding streams back', read: (draft) => onOff(draft.buffer) },
];

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

/** A share as the form shows it. */
function percentWords(share: number | ''): string {
  return `${toPercent(share)} %`;
}

function emptyNumbers(draft: PolicyDraft): string[] {
  const { primaryPatience, degraded, timeouts, retry, hedge } = draft;
  const groups = { primaryPatience, degraded, timeouts, retry, hedge };
  const numeric = new Set([
    'seconds',
    'retries',
    'retryAfterSeconds',
    'firstTokenSeconds',
    'idleSeconds',
    'totalSeconds',
    'maxPerTarget',
    'maxAttempts',
    'budgetPerSuccess',
    'minDelaySeconds',
    'share',
  ]);
  return Object.entries(groups).flatMap(([group, fields]) =>
    Object.entries(fields).flatMap(([name, value]) =>
      numeric.has(name) && value === '' ? [`${group}.${name}`] : [],
    ),
  );
}

/** Only called when no number is empty. */
function filled(draft: PolicyDraft): Required<PolicyPatch> {
  const { primaryPatience, degraded, timeouts, retry, hedge } = draft;
  return {
    mode: draft.mode,
    defaultStakes: draft.defaultStakes,
    primaryPatience: {
      seconds: Number(primaryPatience.seconds),
      retries: Number(primaryPatience.retries),
    },
    badge: draft.badge,
    degraded: { ...degraded, retryAfterSeconds: Number(degraded.retryAfterSeconds) },
    timeouts: {
      firstTokenSeconds: Number(timeouts.firstTokenSeconds),
      idleSeconds: Number(timeouts.idleSeconds),
      totalSeconds: Number(timeouts.totalSeconds),
    },
    retry: {
      maxPerTarget: Number(retry.maxPerTarget),
      maxAttempts: Number(retry.maxAttempts),
      budgetPerSuccess: Number(retry.budgetPerSuccess),
    },
    contentFilter: draft.contentFilter,
    contextOverflow: draft.contextOverflow,
    hedge: { on: hedge.on, minDelaySeconds: Number(hedge.minDelaySeconds), share: Number(hedge.share) },
    midStream: draft.midStream,
    prefill: draft.prefill,
    buffer: draft.buffer,
    untranslatable: draft.untranslatable,
  };
}
