// Writes one change after the other and tells its parent each one that was acknowledged, until it is killed.
import { openStore } from '#lib/store/store.ts';

const [, , dataDir = '', from = '0'] = process.argv;
const store = await openStore({ dataDir });
for (let n = Number(from) + 1; ; n++) {
  await store.transaction(async (tx) => {
    await tx.settings.put('counter', n);
    await tx.audit.add({
      atWallMs: n,
      by: 'system',
      via: 'system',
      action: 'test.write',
      entity: 'test',
      entityId: String(n),
      summary: 'x'.repeat(5000),
      reason: null,
      before: null,
      after: null,
    });
  });
  process.send?.(n);
}
