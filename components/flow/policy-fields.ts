import type { PolicyDraft } from './policy-draft.ts';

/** What each group of the policy form is given. */
export interface PolicyFieldsProps {
  draft: PolicyDraft;
  /** Messages by dotted path. */
  issues: ReadonlyMap<string, string>;
  onChange: (draft: PolicyDraft) => void;
}

/** Mantine's number fields give '' while empty and a string while half typed. */
export function numberOrEmpty(value: number | string): number | '' {
  if (typeof value === 'number') return value;
  const parsed = Number.parseFloat(value);
  return Number.isNaN(parsed) ? '' : parsed;
}

/** Shares are shown as per cent; both ways without the dust of floating point. */
export function toPercent(share: number | ''): number | '' {
  return share === '' ? '' : Math.round(share * 10_000) / 100;
}

export function fromPercent(percent: number | ''): number | '' {
  return percent === '' ? '' : Math.round(percent * 100) / 10_000;
}
