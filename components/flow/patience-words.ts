import type { PolicyDraft } from './policy-draft.ts';

/** What patience with the primary's model buys, and what users and the provider pay for it. */
export function patienceWords({ seconds, retries }: PolicyDraft['primaryPatience']): string {
  if (seconds === '' || retries === '' || seconds <= 0 || retries <= 0) {
    return 'None: a request that the primary’s model fails goes on at once.';
  }
  const calls = retries === 1 ? '1 more call' : `up to ${retries} more calls`;
  return `Fewer answers come from a backup model. It costs time: while the primary fails, users wait up to ${seconds} s longer, and each request may make ${calls} of a provider that is already failing.`;
}
