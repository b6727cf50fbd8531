import type { TargetView } from '#lib/contract/api.ts';
import { targetCreateSchema, targetPatchSchema } from '#lib/contract/api.ts';
import { CAPABILITIES } from '#lib/contract/config.ts';
import type { TargetCreate, TargetPatch } from '../api/target-changes.ts';

export const BREAKER_FIELDS = [
  { name: 'consecutiveFailures', label: 'Failures in a row', unit: '' },
  { name: 'failureRate', label: 'Failure rate', unit: '0 to 1' },
  { name: 'slowRate', label: 'Slow rate', unit: '0 to 1' },
  { name: 'minimumCalls', label: 'Minimum calls', unit: '' },
  { name: 'windowSeconds', label: 'Window', unit: 's' },
  { name: 'openSeconds', label: 'Open for', unit: 's' },
  { name: 'maxOpenSeconds', label: 'Open at most', unit: 's' },
  { name: 'probeSuccesses', label: 'Probes to close', unit: '' },
] as const;
export type BreakerField = (typeof BREAKER_FIELDS)[number]['name'];

type Capability = (typeof CAPABILITIES)[number];

/** The form as it is typed: everything a string or a list, "" for "not set". */
export interface TargetDraft {
  slug: string;
  /** `provider.endpoint` */
  endpointId: string;
  model: string;
  deployment: string;
  modelFamily: string;
  contextWindow: string;
  /** False: nothing is ruled out. */
  limited: boolean;
  capabilities: Capability[];
  breaker: Record<BreakerField, string>;
}

export function draftOf(target: TargetView | null): TargetDraft {
  const breaker = Object.fromEntries(
    BREAKER_FIELDS.map(({ name }) => [name, text(target?.breaker[name] ?? null)]),
  );
  return {
    slug: target?.slug ?? '',
    endpointId: target?.endpointId ?? '',
    model: target?.model ?? '',
    deployment: target?.deployment ?? '',
    modelFamily: target === null || target.modelFamily === target.model ? '' : target.modelFamily,
    contextWindow: text(target?.contextWindow ?? null),
    limited: target !== null && target.capabilities !== null,
    capabilities: target?.capabilities ?? [],
    breaker: breaker as Record<BreakerField, string>,
  };
}

export function isCapability(value: string): value is Capability {
  return CAPABILITIES.some((known) => known === value);
}

export function toCreate(draft: TargetDraft): TargetCreate {
  const [provider = '', endpoint = ''] = draft.endpointId.split('.');
  const breaker = breakerOf(draft);
  return {
    slug: draft.slug.trim(),
    provider,
    endpoint,
    model: draft.model.trim(),
    ...(draft.deployment.trim() === '' ? {} : { deployment: draft.deployment.trim() }),
    ...(draft.modelFamily.trim() === '' ? {} : { modelFamily: draft.modelFamily.trim() }),
    ...(draft.contextWindow.trim() === '' ? {} : { contextWindow: Number(draft.contextWindow) }),
    ...(draft.limited ? { capabilities: draft.capabilities } : {}),
    ...(Object.keys(breaker).length === 0 ? {} : { breaker }),
  };
}

/** The whole editable part: what is empty is taken back to its default. */
export function toPatch(draft: TargetDraft): TargetPatch {
  const breaker = breakerOf(draft);
  return {
    model: draft.model.trim(),
    deployment: draft.deployment.trim() || null,
    modelFamily: draft.modelFamily.trim() || null,
    contextWindow: draft.contextWindow.trim() === '' ? null : Number(draft.contextWindow),
    capabilities: draft.limited ? draft.capabilities : null,
    breaker: Object.keys(breaker).length === 0 ? null : breaker,
  };
}

/** The contract's own complaints, by dotted path; empty when the draft may be sent. */
export function checkTarget(draft: TargetDraft, isNew: boolean): Record<string, string> {
  const result = isNew
    ? targetCreateSchema.safeParse(toCreate(draft))
    : targetPatchSchema.safeParse(toPatch(draft));
  if (result.success) return {};
  const errors: Record<string, string> = {};
  for (const issue of result.error.issues) errors[issue.path.join('.')] ??= issue.message;
  if (draft.model.trim() === '') errors.model = 'Write the model as the vendor calls it, for example gpt-4o.';
  if (isNew && draft.endpointId === '') errors.endpoint = 'Choose where the calls go.';
  return errors;
}

function breakerOf(draft: TargetDraft): Partial<Record<BreakerField, number>> {
  return Object.fromEntries(
    BREAKER_FIELDS.filter(({ name }) => draft.breaker[name].trim() !== '').map(({ name }) => [
      name,
      Number(draft.breaker[name]),
    ]),
  );
}

function text(value: number | null): string {
  return value === null ? '' : String(value);
}
