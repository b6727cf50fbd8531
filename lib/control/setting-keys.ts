import { DEFAULT_BREAKER } from '#lib/contract/breaker-settings.ts';
import type { BreakerSettings } from '#lib/engine/types.ts';
import type { Repositories } from '#lib/store/store.ts';

/** Names of the rows in Setting, each with the type of its value. */
export interface SettingValues {
  breaker: BreakerSettings;
  configVersion: number;
  /** The last number that a flow's draft was given. */
  draftVersion: number;
  /** What the product itself last put in force: a configuration file (its content's SHA-256) or the demo (null). */
  baseline: { fileSha256: string | null; documentSha256: string };
  /** The demo is there; its traffic key, sealed. */
  demo: { apiKeyId: string; sealedKey: string };
  /** The dashboard's own key for the playground, sealed. */
  playgroundKey: { apiKeyId: string; sealedKey: string };
  /** SHA-256 of the one-time sign-in token. */
  setupToken: { sha256: string };
}

export async function readSetting<K extends keyof SettingValues>(
  tx: Repositories,
  key: K,
): Promise<{ value: SettingValues[K]; version: number } | null> {
  return tx.settings.get<SettingValues[K]>(key);
}

export async function writeSetting<K extends keyof SettingValues>(
  tx: Repositories,
  key: K,
  value: SettingValues[K],
): Promise<void> {
  await tx.settings.put(key, value);
}

/** The global breaker settings; version 0 stands for the untouched defaults. */
export async function readBreakerSettings(
  tx: Repositories,
): Promise<{ value: BreakerSettings; version: number }> {
  const stored = await readSetting(tx, 'breaker');
  // An older version of the product wrote fewer settings: the others take their defaults.
  return { value: { ...DEFAULT_BREAKER, ...stored?.value }, version: stored?.version ?? 0 };
}

export async function readConfigVersion(tx: Repositories): Promise<number> {
  return (await readSetting(tx, 'configVersion'))?.value ?? 0;
}

export async function raiseConfigVersion(tx: Repositories): Promise<number> {
  const next = (await readConfigVersion(tx)) + 1;
  await writeSetting(tx, 'configVersion', next);
  return next;
}

/** Never the same twice, whichever flow it is for: a draft that was thrown away cannot be mistaken for the next one. */
export async function nextDraftVersion(tx: Repositories): Promise<number> {
  const next = ((await readSetting(tx, 'draftVersion'))?.value ?? 0) + 1;
  await writeSetting(tx, 'draftVersion', next);
  return next;
}
