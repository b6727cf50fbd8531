import { createHash, randomBytes } from 'node:crypto';
import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { writeSetting } from '../setting-keys.ts';

/**
 * A new one-time token for the sign-in link that makes the first administrator; earlier ones stop working.
 * @returns null when there is a user already
 */
export async function issueSetupToken({ ctx }: { ctx: ControlContext }): Promise<string | null> {
  const token = randomBytes(24).toString('base64url');
  return change(ctx, 'nothing', async ({ tx, audit }) => {
    if ((await tx.users.count()) > 0) return null;
    await writeSetting(tx, 'setupToken', { sha256: hashToken(token) });
    await audit({
      action: 'setup.issue-token',
      entity: 'setup',
      entityId: 'first-admin',
      summary: 'Issued a one-time link for the first administrator.',
    });
    return token;
  });
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
