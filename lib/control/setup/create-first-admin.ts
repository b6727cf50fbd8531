import { timingSafeEqual } from 'node:crypto';
import type { Repositories } from '#lib/store/store.ts';
import { change } from '../change.ts';
import type { ControlContext } from '../context.ts';
import { ControlError } from '../errors.ts';
import { readSetting, writeSetting } from '../setting-keys.ts';
import { hashToken } from './issue-token.ts';

export interface FirstAdmin {
  /** From the one-time link. */
  token: string;
  name: string;
  email: string;
  password: string;
}

/**
 * Makes the first administrator. The token is used up before the account is made, so that two requests cannot both win; when making
 * it fails, the link works again.
 * @param createUser makes the account (password hashing and sessions are not this room's)
 * @throws ControlError `forbidden` for a wrong or used token, `conflict` when there is a user; whatever `createUser` throws
 */
export async function createFirstAdmin<T>({
  ctx,
  input,
  createUser,
}: {
  ctx: ControlContext;
  input: FirstAdmin;
  createUser: (user: Omit<FirstAdmin, 'token'>) => Promise<T>;
}): Promise<T> {
  const { token, ...user } = input;
  const as: ControlContext = { ...ctx, actor: { kind: 'user', id: 'first-admin', email: user.email } };
  await claim(as, token);
  try {
    return await createUser(user);
  } catch (error) {
    await restore(as, token);
    throw error;
  }
}

async function claim(ctx: ControlContext, token: string): Promise<void> {
  await change(ctx, 'nothing', async ({ tx, by, audit }) => {
    if ((await tx.users.count()) > 0) {
      throw new ControlError('conflict', 'There is an administrator already: sign in instead.');
    }
    if (!(await matches(tx, token))) {
      throw new ControlError(
        'forbidden',
        'This link is not valid (any more). Use the one that the latest start printed, or start Switchyard again.',
      );
    }
    await tx.settings.remove('setupToken');
    await audit({
      action: 'setup.first-admin',
      entity: 'setup',
      entityId: 'first-admin',
      summary: `${by.slice('user:'.length)} became the first administrator.`,
    });
  });
}

async function restore(ctx: ControlContext, token: string): Promise<void> {
  await change(ctx, 'nothing', async ({ tx, audit }) => {
    await writeSetting(tx, 'setupToken', { sha256: hashToken(token) });
    await audit({
      action: 'setup.restore-token',
      entity: 'setup',
      entityId: 'first-admin',
      summary: 'The first administrator could not be made: the link is valid again.',
    });
  });
}

async function matches(tx: Repositories, token: string): Promise<boolean> {
  const stored = (await readSetting(tx, 'setupToken'))?.value.sha256;
  if (stored === undefined) return false;
  return timingSafeEqual(Buffer.from(stored), Buffer.from(hashToken(token)));
}
