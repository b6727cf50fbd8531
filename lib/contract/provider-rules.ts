import { z } from 'zod';
import type { ProviderKind } from './config.ts';

const REGION = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Vendors whose calls name a region, in the address or in the signature. */
export const KINDS_WITH_REGION: ReadonlySet<ProviderKind> = new Set(['vertex', 'bedrock']);

const EXAMPLES: Readonly<Partial<Record<ProviderKind, string>>> = {
  vertex: 'us-central1, or global',
  bedrock: 'us-east-1',
};

/** What is wrong with an endpoint's region for a vendor; null: nothing. */
export function regionFault(kind: ProviderKind, region: string | null | undefined): string | null {
  if (!KINDS_WITH_REGION.has(kind)) return null;
  const example = EXAMPLES[kind] ?? 'us-east-1';
  if (region === null || region === undefined || region.trim() === '') {
    return `A ${kind} endpoint needs its region, for example ${example}: every call names it.`;
  }
  return REGION.test(region)
    ? null
    : `"${region}" is not a region of ${kind}; regions are written like ${example}.`;
}

const serviceAccount = z.object({ client_email: z.string().min(1), private_key: z.string().min(1) });

/** What is plainly wrong with how a credential is written for a vendor; null: nothing. Never quotes it. */
export function credentialFault(kind: ProviderKind, credential: string): string | null {
  const value = credential.trim();
  if (kind === 'vertex' && value.startsWith('{')) return serviceAccountFault(value);
  // The same keys as JSON are AWS's own way of handing them out.
  if (kind === 'bedrock' && value.includes(':') && !value.startsWith('{')) {
    const parts = value.split(':');
    return parts.length <= 3 && parts.every((part) => part !== '')
      ? null
      : 'Write the AWS keys as ACCESS_KEY_ID:SECRET_ACCESS_KEY, with :SESSION_TOKEN behind them where there is one.';
  }
  return null;
}

function serviceAccountFault(text: string): string | null {
  const whole = 'Paste the whole key file of a service account, as Google Cloud gave it.';
  try {
    return serviceAccount.safeParse(JSON.parse(text)).success
      ? null
      : `The JSON has no client_email and private_key. ${whole}`;
  } catch {
    return `It begins like a JSON key file and is not valid JSON. ${whole}`;
  }
}
