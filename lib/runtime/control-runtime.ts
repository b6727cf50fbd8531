import { openApiDocument } from '#lib/contract/openapi.ts';
import { ensurePlaygroundKey } from '#lib/control/api-key/internal.ts';
import { exportVersionedConfig } from '#lib/control/config/export.ts';
import type { Runtime } from './accessor.ts';
import { ControlAuth, cookieSecret, sameSecret } from './control-auth.ts';
import type { ConfigFile } from './control-config-file.ts';
import { ownOrigins } from './control-env.ts';
import { performer } from './control-operations.ts';
import { playgroundOf } from './control-playground.ts';
import type { ControlParts } from './control-process.ts';
import { setupOf } from './control-setup.ts';

export interface RuntimeOptions {
  productVersion: string;
  /** null: none was given. */
  configFile: ConfigFile | null;
}

/** What pages and routes reach of this process. */
export async function runtimeOf(parts: ControlParts, options: RuntimeOptions): Promise<Runtime> {
  const { env, store, feed, gateway, system } = parts;
  const auth = new ControlAuth({
    store,
    origins: ownOrigins(env),
    baseUrl: env.dashboardUrl,
    secret: await cookieSecret(store),
    now: parts.now,
  });
  const { adminToken } = env;
  return {
    perform: performer({
      ...options,
      ...parts,
      gatewayUrl: env.gatewayUrl,
      published: () => gateway.published,
      nameOf: async (id) => (await store.users.list()).find((user) => user.id === id)?.name ?? null,
    }),
    session: (headers) => auth.session(headers),
    isAdminToken: (token) => adminToken !== null && sameSecret(token, adminToken),
    isOwnOrigin: (origin, host) => auth.isOwnOrigin(origin, host),
    auth: (request) => auth.handle(request),
    ...setupOf(system, auth),
    openLive: (lastEventId) => feed.hub.open(lastEventId),
    liveSnapshot: () => feed.snapshot(),
    exportConfig: (caller) => exportVersionedConfig({ ctx: parts.contextFor(caller) }),
    playground: playgroundOf({
      gatewayUrl: env.gatewayLoopbackUrl,
      apiKey: () => ensurePlaygroundKey({ ctx: system }),
    }),
    openApi: () => openApiDocument({ version: options.productVersion, serverUrl: env.dashboardUrl }),
    gatewayUp: () => parts.link.up,
  };
}
