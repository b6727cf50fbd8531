import { apiKeyRepository } from './api-keys.ts';
import { auditRepository } from './audit.ts';
import { openDatabase } from './client.ts';
import { cooldownRepository } from './cooldowns.ts';
import { eventRepository } from './events.ts';
import { flowDraftRepository } from './flow-drafts.ts';
import { flowVersionRepository } from './flow-versions.ts';
import { flowRepository } from './flows.ts';
import type { Prisma, PrismaClient } from './generated/client.ts';
import { overrideRepository } from './overrides.ts';
import { pastRequestRepository } from './past-requests.ts';
import { providerRepository } from './providers.ts';
import { requestRepository } from './requests.ts';
import { type Retention, retentionOf } from './retention.ts';
import { rollupRepository } from './rollups.ts';
import { openSecretBox, type SecretBox } from './secret-box.ts';
import { settingRepository } from './settings.ts';
import { targetRepository } from './targets.ts';
import { userRepository } from './users.ts';

/** One repository per aggregate; all of them speak plain data, none of them Prisma. */
export type Repositories = ReturnType<typeof repositories>;

export interface Store extends Repositories {
  /** For better-auth's adapter only. */
  prisma: PrismaClient;
  secrets: SecretBox;
  retention: Retention;
  /**
   * All or nothing. Inside, use `tx` only: transactions and single statements run one after the other, so touching the store itself
   * from within waits for ever. When the promise resolves, the change is on the disk.
   */
  transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens the data folder: lock, migrations, database, key. `secret` is SWITCHYARD_SECRET; without it a key file is kept in the folder.
 * @throws StoreError with one sentence for the operator
 */
export async function openStore(options: { dataDir: string; secret?: string | null }): Promise<Store> {
  const database = await openDatabase(options.dataDir);
  const { prisma, close } = database;
  try {
    return {
      ...repositories(prisma),
      prisma,
      secrets: openSecretBox(options.dataDir, options.secret ?? null),
      retention: retentionOf(prisma),
      transaction: (work) => prisma.$transaction((tx) => work(repositories(tx))),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function repositories(db: Prisma.TransactionClient) {
  return {
    providers: providerRepository(db),
    targets: targetRepository(db),
    flows: flowRepository(db),
    flowDrafts: flowDraftRepository(db),
    flowVersions: flowVersionRepository(db),
    apiKeys: apiKeyRepository(db),
    overrides: overrideRepository(db),
    cooldowns: cooldownRepository(db),
    audit: auditRepository(db),
    events: eventRepository(db),
    requests: requestRepository(db),
    pastRequests: pastRequestRepository(db),
    rollups: rollupRepository(db),
    settings: settingRepository(db),
    users: userRepository(db),
  };
}
