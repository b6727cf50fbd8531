import type { Impact, OverridePut } from '#lib/contract/api.ts';
import { REASON_MIN } from '#lib/contract/api.ts';

export const REASONS = ['Provider incident', 'Planned maintenance', 'Cost or quota', 'Test of the failover'];

export const EXPIRIES = [
  { value: '900', label: '15 min' },
  { value: '3600', label: '1 h' },
  { value: '14400', label: '4 h' },
  { value: 'never', label: 'Until cleared' },
] as const;
export type Expiry = (typeof EXPIRIES)[number]['value'];

export interface OverrideDraft {
  reason: string;
  expiry: Expiry;
  /** "Until cleared" has been confirmed. */
  foreverConfirmed: boolean;
  /** "A flow is left without a target" has been accepted. */
  acknowledged: boolean;
}

export const EMPTY_DRAFT: OverrideDraft = {
  reason: '',
  expiry: '3600',
  foreverConfirmed: false,
  acknowledged: false,
};

export interface DraftErrors {
  reason?: string;
  expiry?: string;
  acknowledge?: string;
}

/** What is still missing, beside the field it belongs to. */
export function checkDraft(draft: OverrideDraft, impact: Impact | undefined): DraftErrors {
  const errors: DraftErrors = {};
  if (draft.reason.trim().length < REASON_MIN) {
    errors.reason = `Write at least ${REASON_MIN} characters: the next person on call will read it.`;
  }
  if (draft.expiry === 'never' && !draft.foreverConfirmed) {
    errors.expiry = 'Confirm that it stays until somebody clears it.';
  }
  if (needsAcknowledgement(impact) && !draft.acknowledged) {
    errors.acknowledge = 'Confirm that these flows will have no target.';
  }
  return errors;
}

export function needsAcknowledgement(impact: Impact | undefined): boolean {
  return (impact?.flowsWithoutTarget.length ?? 0) > 0;
}

export function toOverride(
  draft: OverrideDraft,
  kind: OverridePut['kind'],
  impact: Impact | undefined,
): OverridePut {
  return {
    kind,
    reason: draft.reason.trim(),
    expiresInSeconds: draft.expiry === 'never' ? null : Number(draft.expiry),
    ...(needsAcknowledgement(impact) && draft.acknowledged ? { acknowledge: 'no-target' as const } : {}),
  };
}

/** A quick pick starts the reason; what was written already stays. */
export function withQuickPick(reason: string, pick: string): string {
  const written = reason.trim();
  if (written === '') return pick;
  return written.startsWith(pick) ? reason : `${pick}: ${written}`;
}
