import { createHash } from 'node:crypto';
import type { ConfigDiff } from '#lib/contract/api.ts';
import { sameJson } from '../checks.ts';
import { diffDocuments } from './diff.ts';
import { type ConfigRows, documentOf } from './document.ts';

/** Rows as far as they are configured: what a replacement brings, what is there. */
export type Configured = Parameters<typeof documentOf>[0];

/** The document with stored keys as their ciphertext: two of them differ when a key does. Never leaves this room. */
function comparable(rows: Configured): unknown {
  const document = documentOf(rows);
  return {
    ...document,
    providers: rows.providers.map((row, at) => ({
      ...document.providers[at],
      credential: row.credential ?? undefined,
      endpoints: row.endpoints.map((endpoint, n) => ({
        ...document.providers[at]?.endpoints[n],
        credential: endpoint.credential ?? undefined,
      })),
    })),
  };
}

/** What leads from one configuration to the other, keys as `{ stored: true }`. */
export function diffRows(before: Configured, after: Configured): ConfigDiff {
  return { changes: diffDocuments(comparable(before), comparable(after), maskKeys) };
}

/** Identity of a configuration, keys included; the same in every version of the product that can hold it. */
export function fingerprint(rows: ConfigRows): string {
  return createHash('sha256')
    .update(JSON.stringify(withoutLaterDefaults(comparable(rows))))
    .digest('hex');
}

/**
 * Fields that later versions added, with what they are for everybody who has not set them. A fingerprint without them stays what it was
 * through an upgrade: an upgrade is nobody's edit.
 */
const LATER: Readonly<Record<string, unknown>> = {
  metricsOnly: false,
  rampSeconds: 30,
  rampAfterSeconds: 60,
  rampFirstShare: 0.1,
  rampSecondShare: 0.5,
  budgetPerSuccess: 0.1,
  contextOverflow: 'larger_window',
  hedge: { on: false, minDelaySeconds: 0.8, share: 0.05 },
  midStream: 'resume',
  prefill: true,
  buffer: false,
  untranslatable: 'drop',
  primaryPatience: { seconds: 0, retries: 0 },
  language: 'en',
};

function withoutLaterDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLaterDefaults);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      Object.hasOwn(LATER, key) && sameJson(inner, LATER[key]) ? [] : [[key, withoutLaterDefaults(inner)]],
    ),
  );
}

function maskKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskKeys);
  if (typeof value !== 'object' || value === null) return value;
  if ('sealed' in value) return { stored: true };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskKeys(inner)]));
}
