import { createApiKey } from '#lib/control/api-key/create.ts';
import { listApiKeys } from '#lib/control/api-key/list.ts';
import { removeApiKey } from '#lib/control/api-key/remove.ts';
import { replaceConfig } from '#lib/control/config/replace.ts';
import { createFlow } from '#lib/control/flow/create.ts';
import { explainFlow } from '#lib/control/flow/explain.ts';
import { getFlow } from '#lib/control/flow/get.ts';
import { listFlows } from '#lib/control/flow/list.ts';
import { removeFlow } from '#lib/control/flow/remove.ts';
import { replaceFlowChain } from '#lib/control/flow/replace-chain.ts';
import { updateFlow } from '#lib/control/flow/update.ts';
import { createProvider } from '#lib/control/provider/create.ts';
import { getProvider } from '#lib/control/provider/get.ts';
import { listProviders } from '#lib/control/provider/list.ts';
import { removeProvider } from '#lib/control/provider/remove.ts';
import { updateProvider } from '#lib/control/provider/update.ts';
import { getSettings } from '#lib/control/settings/get.ts';
import { updateSettings } from '#lib/control/settings/update.ts';
import { createTarget } from '#lib/control/target/create.ts';
import { getTarget } from '#lib/control/target/get.ts';
import { listTargets } from '#lib/control/target/list.ts';
import { removeTarget } from '#lib/control/target/remove.ts';
import { updateTarget } from '#lib/control/target/update.ts';
import { pageOfAll } from './control-list-page.ts';
import type { Handlers } from './control-operations.ts';
import { providerVerbs, targetVerbs } from './control-operations-onboarding.ts';

/** The others have files of their own. */
type FlowRowHandlers = Pick<
  Handlers<'flows'>,
  `flows.${'list' | 'create' | 'get' | 'update' | 'delete' | 'explain' | 'putChain'}`
>;

export function configurationHandlers(): Handlers<
  'config' | 'providers' | 'targets' | 'apiKeys' | 'settings'
> &
  FlowRowHandlers {
  return { ...providerHandlers(), ...targetHandlers(), ...flowHandlers(), ...otherHandlers() };
}

function providerHandlers(): Handlers<'providers'> {
  return {
    'providers.list': async ({ ctx, query }) => pageOfAll(await listProviders({ ctx }), query),
    'providers.create': ({ ctx, body }) => createProvider({ ctx, input: body }),
    'providers.get': ({ ctx, params }) => getProvider({ ctx, input: params }),
    'providers.update': ({ ctx, params, body, version }) =>
      updateProvider({ ctx, input: { ...params, expectedVersion: version, patch: body } }),
    'providers.delete': ({ ctx, params, version }) =>
      removeProvider({ ctx, input: { ...params, expectedVersion: version } }),
    ...providerVerbs(),
  };
}

function targetHandlers(): Handlers<'targets'> {
  return {
    'targets.list': async ({ ctx, query }) => pageOfAll(await listTargets({ ctx }), query),
    'targets.create': ({ ctx, body }) => createTarget({ ctx, input: body }),
    'targets.get': ({ ctx, params }) => getTarget({ ctx, input: params }),
    'targets.update': ({ ctx, params, body, version }) =>
      updateTarget({ ctx, input: { ...params, expectedVersion: version, patch: body } }),
    'targets.delete': ({ ctx, params, version }) =>
      removeTarget({ ctx, input: { ...params, expectedVersion: version } }),
    ...targetVerbs(),
  };
}

function flowHandlers(): FlowRowHandlers {
  return {
    'flows.list': async ({ ctx, query }) => pageOfAll(await listFlows({ ctx }), query),
    'flows.create': ({ ctx, body }) => createFlow({ ctx, input: body }),
    'flows.get': ({ ctx, params }) => getFlow({ ctx, input: params }),
    'flows.update': ({ ctx, params, body, version }) =>
      updateFlow({ ctx, input: { ...params, expectedVersion: version, patch: body } }),
    'flows.delete': ({ ctx, params, version }) =>
      removeFlow({ ctx, input: { ...params, expectedVersion: version } }),
    'flows.explain': ({ ctx, params, body }) => explainFlow({ ctx, input: { ...params, ...body } }),
    'flows.putChain': ({ ctx, params, body, version }) =>
      replaceFlowChain({ ctx, input: { ...params, ...body, expectedVersion: version } }),
  };
}

function otherHandlers(): Handlers<'config' | 'apiKeys' | 'settings'> {
  return {
    'config.put': ({ ctx, query, body, version }) =>
      replaceConfig({ ctx, input: { document: body, expectedVersion: version, ...query } }),
    'apiKeys.list': async ({ ctx, query }) => pageOfAll(await listApiKeys({ ctx }), query),
    'apiKeys.create': ({ ctx, body }) => createApiKey({ ctx, input: body }),
    'apiKeys.delete': ({ ctx, params }) => removeApiKey({ ctx, input: params }),
    'settings.get': ({ ctx }) => getSettings({ ctx }),
    'settings.update': ({ ctx, body, version }) =>
      updateSettings({ ctx, input: { expectedVersion: version, patch: body } }),
  };
}
