import type { SetupInput } from '#lib/contract/operations-system.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { createFirstAdmin } from '#lib/control/setup/create-first-admin.ts';
import { hashToken, issueSetupToken } from '#lib/control/setup/issue-token.ts';
import type { Store } from '#lib/store/store.ts';
import type { Runtime } from './accessor.ts';
import type { ControlAuth } from './control-auth.ts';

const LINK = 'setupLink';

/** Set-up as routes and pages reach it. */
export function setupOf(ctx: ControlContext, auth: ControlAuth): Pick<Runtime, 'needsSetup' | 'setup'> {
  let somebody = false;
  return {
    needsSetup: async () => {
      // Nobody can remove the last person, so a yes stays a yes.
      somebody ||= (await ctx.store.users.count()) > 0;
      return !somebody;
    },
    setup: async (input, request) => {
      const signedIn = await createFirstAdmin({
        ctx: { ...ctx, via: 'dashboard' },
        input,
        createUser: () => auth.createAndSignIn(input, request.headers),
      });
      await ctx.store.settings.remove(LINK);
      return answerOf(input, signedIn);
    },
  };
}

function answerOf({ email, name }: SetupInput, signedIn: Response): Response {
  const headers = new Headers({ 'cache-control': 'no-store' });
  for (const cookie of signedIn.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return Response.json({ user: { email, name } }, { status: 201, headers });
}

/**
 * The one-time token, the same until it is used: this process may start anew after the link has been printed.
 * @returns null when there is an administrator
 */
export async function setupToken(ctx: ControlContext): Promise<string | null> {
  const known = await knownToken(ctx.store);
  if (known !== null && (await ctx.store.users.count()) === 0) return known;
  const token = await issueSetupToken({ ctx });
  if (token !== null) await ctx.store.settings.put(LINK, ctx.store.secrets.seal(token, LINK));
  return token;
}

async function knownToken(store: Store): Promise<string | null> {
  const sealed = await store.settings.get<string>(LINK);
  const valid = await store.settings.get<{ sha256: string }>('setupToken');
  if (sealed === null || valid === null) return null;
  try {
    const token = store.secrets.open(sealed.value, LINK);
    return hashToken(token) === valid.value.sha256 ? token : null;
  } catch {
    return null;
  }
}
