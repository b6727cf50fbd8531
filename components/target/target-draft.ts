import type { TargetView } from '#lib/contract/api.ts';
import { targetCreateSchema, targetPatchSchema } from '#lib/contract/api.ts';
import { CAPABILITIES } from '#lib/contract/config.ts';
import type { TargetCreate, TargetPatch } from '../api/target-changes.ts';
import {
  BREAKER_FIELDS,
  type BreakerField,
  fromShown,
  shownIssue,
  toShown,
} from '../settings/breaker-form.ts';

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
  /** As shown: shares in per cent. */
  breaker: Record<BreakerField, string>;
  metricsOnly: boolean;
  /** US dollars per million tokens; both or neither. */
  priceInput: string;
  priceOutput: string;
}

export function draftOf(target: TargetView | null): TargetDraft {
  const breaker = Object.fromEntries(
    BREAKER_FIELDS.map((each) => [each.field, String(toShown(each, target?.breaker[each.field] ?? ''))]),
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
    metricsOnly: target?.metricsOnly ?? false,
    priceInput: text(target?.prices?.input ?? null),
    priceOutput: text(target?.prices?.output ?? null),
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
    ...(draft.metricsOnly ? { metricsOnly: true } : {}),
    ...(hasPrices(draft) ? { prices: pricesOf(draft) } : {}),
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
    metricsOnly: draft.metricsOnly,
    prices: hasPrices(draft) ? pricesOf(draft) : null,
  };
}

/** The contract's own complaints, by dotted path; empty when the draft may be sent. */
export function checkTarget(draft: TargetDraft, isNew: boolean): Record<string, string> {
  const result = isNew
    ? targetCreateSchema.safeParse(toCreate(draft))
    : targetPatchSchema.safeParse(toPatch(draft));
  const errors: Record<string, string> = priceFaults(draft);
  if (result.success) return errors;
  for (const issue of result.error.issues) {
    const path = issue.path.join('.');
    errors[path] ??= shownIssue(path.replace(/^breaker\./, ''), issue.message);
  }
  if (draft.model.trim() === '') errors.model = 'Write the model as the vendor calls it, for example gpt-4o.';
  if (isNew && draft.endpointId === '') errors.endpoint = 'Choose where the calls go.';
  return errors;
}

function breakerOf(draft: TargetDraft): Partial<Record<BreakerField, number>> {
  return Object.fromEntries(
    BREAKER_FIELDS.filter(({ field }) => draft.breaker[field].trim() !== '').map((each) => [
      each.field,
      fromShown(each, Number(draft.breaker[each.field])),
    ]),
  );
}

function hasPrices({ priceInput, priceOutput }: TargetDraft): boolean {
  return priceInput.trim() !== '' || priceOutput.trim() !== '';
}

function pricesOf({ priceInput, priceOutput }: TargetDraft): { input: number; output: number } {
  return { input: Number(priceInput), output: Number(priceOutput) };
}

/** What is estimated rests on both prices, so one alone is none. */
function priceFaults(draft: TargetDraft): Record<string, string> {
  const { priceInput, priceOutput } = draft;
  const errors: Record<string, string> = {};
  if (!hasPrices(draft)) return errors;
  for (const [path, value] of [
    ['prices.input', priceInput],
    ['prices.output', priceOutput],
  ] as const) {
    if (value.trim() === '') errors[path] = 'Both prices, or neither.';
    else if (Number.isNaN(Number(value))) errors[path] = 'A number of dollars, such as 2.5.';
  }
  return errors;
}

function text(value: number | null): string {
  return value === null ? '' : String(value);
}
