import type { Repositories } from '#lib/store/store.ts';
import { type ChangeTools, change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { readSetting, writeSetting } from '../setting-keys.ts';
import { mintApiKey } from './mint.ts';

/** Keys that the product uses itself: hashed like every key, and sealed as well, since the product must be able to send them. */
type InternalUse = 'playground' | 'demo';

const SETTING = { playground: 'playgroundKey', demo: 'demo' } as const;
const NAME = { playground: 'Playground', demo: 'Demo traffic' } as const;

/** Adds the key and remembers it sealed; part of the caller's change, which audits it. */
export async function addInternalKey(
  ctx: Pick<ControlContext, 'store'>,
  { tx, by, atWallMs }: ChangeTools,
  use: InternalUse,
): Promise<string> {
  const { key, ...minted } = mintApiKey();
  await tx.apiKeys.create({
    ...minted,
    name: NAME[use],
    defaultFlow: null,
    use,
    createdAtWallMs: atWallMs,
    createdBy: by,
    lastUsedAtWallMs: null,
  });
  const sealedKey = ctx.store.secrets.seal(key, `internal-key:${use}`);
  await writeSetting(tx, SETTING[use], { apiKeyId: minted.id, sealedKey });
  return key;
}

/** The key in clear; null when there is none, or when it was sealed under another secret. */
export async function readInternalKey(
  ctx: Pick<ControlContext, 'store'>,
  tx: Repositories,
  use: InternalUse,
): Promise<string | null> {
  const setting = await readSetting(tx, SETTING[use]);
  if (setting === null || (await tx.apiKeys.get(setting.value.apiKeyId)) === null) return null;
  try {
    return ctx.store.secrets.open(setting.value.sealedKey, `internal-key:${use}`);
  } catch {
    return null;
  }
}

/** The key that the dashboard's playground sends, made on first use. */
export async function ensurePlaygroundKey({ ctx }: { ctx: ControlContext }): Promise<string> {
  const existing = await ctx.store.transaction((tx) => readInternalKey(ctx, tx, 'playground'));
  if (existing !== null) return existing;
  return change(ctx, 'config', async (tools) => {
    const now = await readInternalKey(ctx, tools.tx, 'playground');
    if (now !== null) return now;
    await dropUnreadable(tools.tx, 'playground');
    const key = await addInternalKey(ctx, tools, 'playground');
    await tools.audit({
      action: 'api-key.create',
      entity: 'api-key',
      entityId: 'playground',
      summary: "Created the playground's own API key.",
    });
    return key;
  });
}

/** The key that the demo's traffic generator sends; null without a demo. */
export async function readDemoKey({ ctx }: { ctx: ControlContext }): Promise<string | null> {
  return ctx.store.transaction((tx) => readInternalKey(ctx, tx, 'demo'));
}

async function dropUnreadable(tx: Repositories, use: InternalUse): Promise<void> {
  for (const key of await tx.apiKeys.list()) if (key.use === use) await tx.apiKeys.remove(key.id);
}
