import { type OnboardingInput, onboardingSchema, type ProviderTestAnswer } from '#lib/contract/onboarding.ts';
import { issueFor } from '../api/client.ts';
import type { OnboardingDraft } from './onboarding-draft.ts';
import { placeholderIn } from './vendors.ts';

export interface FieldFault {
  /** As in the body that is sent: `provider.endpoints.0.baseUrl`. */
  path: string;
  message: string;
}

/** Everything that is wrong with it before it is sent; empty: it may be. */
export function bodyFaults(draft: OnboardingDraft, body: OnboardingInput): FieldFault[] {
  const issues = onboardingSchema.safeParse(body).error?.issues ?? [];
  const faults = issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const missing = placeholderIn(body.provider.endpoints[0]?.baseUrl ?? '');
  if (missing !== null) {
    const message = `Write your own in place of ${missing}.`;
    faults.unshift({ path: 'provider.endpoints.0.baseUrl', message });
  }
  if (draft.credential.how === 'key' && draft.credential.apiKey.trim() === '') {
    const message = 'Paste the key, or name the variable that holds it.';
    faults.unshift({ path: 'provider.credential', message });
  }
  return faults;
}

/** What is wrong with the account alone, which is all that a test call needs. */
export function accountFaults(draft: OnboardingDraft, body: OnboardingInput): FieldFault[] {
  return bodyFaults(draft, body).filter(({ path }) => path.startsWith('provider.'));
}

/** The first fault of a field, or of what is inside it. */
export function faultAt(faults: readonly FieldFault[], path: string): string | null {
  return faults.find((fault) => fault.path === path || fault.path.startsWith(`${path}.`))?.message ?? null;
}

/** What a test call calls the fields of a new provider. */
const TEST_FIELDS = {
  credential: 'provider.credential',
  baseUrl: 'provider.endpoints.0.baseUrl',
  region: 'provider.endpoints.0.region',
  model: 'model',
} as const;

/** What the vendor's answer says about one field; null: nothing. */
export function saidAbout(path: string, answer: ProviderTestAnswer | undefined): string | null {
  const failure = answer?.failure ?? null;
  if (failure === null || failure.field === null) return null;
  return TEST_FIELDS[failure.field] === path ? failure.message : null;
}

/** What our own API refused, of a test or of the whole. */
export function refusedAt(error: unknown, path: string): string | null {
  const short = Object.entries(TEST_FIELDS).find(([, whole]) => whole === path)?.[0];
  return issueFor(error, path) ?? (short === undefined ? null : issueFor(error, short));
}
