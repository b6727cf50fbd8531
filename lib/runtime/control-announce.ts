import { createApiKey } from '#lib/control/api-key/create.ts';
import { listApiKeys } from '#lib/control/api-key/list.ts';
import type { ControlContext } from '#lib/control/context.ts';
import { listUnreadable } from '#lib/control/provider/list-unreadable.ts';
import type { ControlEnv } from './control-env.ts';
import { setupToken } from './control-setup.ts';

const MARK = 'gettingStarted';

/** What a start prints: where everything is, and a call that works when pasted. */
export async function announcement(
  ctx: ControlContext,
  env: ControlEnv,
  flow: string | null,
  notice: string | null,
): Promise<string[]> {
  const token = await setupToken(ctx);
  const dashboard =
    token === null
      ? env.dashboardUrl
      : `${env.dashboardUrl}/setup?token=${token}   (one-time link: makes you the administrator)`;
  const key = flow === null ? null : await firstKey(ctx);
  return [
    '',
    'Switchyard is running.',
    '',
    `  Dashboard  ${dashboard}`,
    `  Gateway    ${env.gatewayUrl}/v1   (the base URL of any OpenAI client)`,
    ...(notice === null ? [] : ['', `  Note       ${notice}`]),
    ...(await secretLines(ctx)),
    ...(flow === null ? [] : ['', ...curlLines(env.gatewayUrl, flow, key)]),
    '',
  ];
}

/** Another secret than before leaves the gateway without keys, which would look like providers that refuse them. */
async function secretLines(ctx: ControlContext): Promise<string[]> {
  const providers = await listUnreadable({ ctx });
  if (providers.length === 0) return [];
  return [
    '',
    `  Note       The stored credentials of ${providers.join(', ')} were saved under another SWITCHYARD_SECRET or secret.key: start with that one, or enter them again in Settings.`,
  ];
}

function curlLines(gatewayUrl: string, flow: string, key: string | null): string[] {
  const body = JSON.stringify({ model: flow, messages: [{ role: 'user', content: 'Hello' }] });
  return [
    key === null
      ? '  Try it, with one of your API keys in SWITCHYARD_API_KEY:'
      : '  Try it (this API key is shown this once):',
    '',
    `  curl ${gatewayUrl}/v1/chat/completions \\`,
    `    -H "Authorization: Bearer ${key ?? '$SWITCHYARD_API_KEY'}" \\`,
    '    -H "Content-Type: application/json" \\',
    `    -d '${body}'`,
  ];
}

/** Made once, when there is no key yet; null later, since only its hash is kept. */
async function firstKey(ctx: ControlContext): Promise<string | null> {
  if ((await ctx.store.settings.get<boolean>(MARK)) !== null) return null;
  await ctx.store.settings.put(MARK, true);
  if ((await listApiKeys({ ctx })).length > 0) return null;
  const { key } = await createApiKey({ ctx, input: { name: 'Getting started', defaultFlow: null } });
  return key;
}
