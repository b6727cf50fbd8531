import { z } from 'zod';
import {
  apiKeyCreatedSchema,
  apiKeyCreateSchema,
  apiKeyViewSchema,
  chainPutSchema,
  configDiffSchema,
  flowCreateSchema,
  flowPatchSchema,
  flowViewSchema,
  playgroundInputSchema,
  providerCreateSchema,
  providerPatchSchema,
  providerViewSchema,
  REASON_MIN,
  settingsPatchSchema,
  settingsViewSchema,
  targetCreateSchema,
  targetPatchSchema,
  targetViewSchema,
} from './api.ts';
import { configSchema } from './config.ts';
import { configFileAnswerSchema, configFileApplySchema } from './config-file.ts';
import { explainInputSchema, explanationSchema } from './explain.ts';
import { flagQuery, idParams, pageOf, pageQuery, slugParams } from './operation-parts.ts';
import type { Operation } from './operations.ts';

const common = { auth: 'required', status: 200 } as const;

/** The five operations of one kind of row. */
function rows<const Kind extends string, V extends z.ZodType, C extends z.ZodType, P extends z.ZodType>(
  kind: Kind,
  tag: string,
  one: string,
  schemas: { view: V; create: C; patch: P },
) {
  const list = `/api/v1/${kind}`;
  const item = `/api/v1/${kind}/{slug}`;
  return {
    list: {
      ...common,
      tag,
      method: 'GET',
      path: list,
      summary: `List ${kind}`,
      query: pageQuery,
      answer: pageOf(schemas.view),
    },
    create: {
      ...common,
      tag,
      method: 'POST',
      path: list,
      summary: `Create a ${one}`,
      body: schemas.create,
      status: 201,
      answer: schemas.view,
    },
    get: {
      ...common,
      tag,
      method: 'GET',
      path: item,
      summary: `Read a ${one}`,
      params: slugParams,
      answer: schemas.view,
    },
    update: {
      ...common,
      tag,
      method: 'PATCH',
      path: item,
      summary: `Change a ${one}`,
      params: slugParams,
      body: schemas.patch,
      ifMatch: true,
      answer: schemas.view,
    },
    delete: {
      ...common,
      tag,
      method: 'DELETE',
      path: item,
      summary: `Delete a ${one}`,
      params: slugParams,
      ifMatch: true,
      status: 204,
    },
  } as const satisfies Record<string, Operation>;
}

const providers = rows('providers', 'Providers', 'provider', {
  view: providerViewSchema,
  create: providerCreateSchema,
  patch: providerPatchSchema,
});
const targets = rows('targets', 'Targets', 'target', {
  view: targetViewSchema,
  create: targetCreateSchema,
  patch: targetPatchSchema,
});
const flows = rows('flows', 'Flows', 'flow', {
  view: flowViewSchema,
  create: flowCreateSchema,
  patch: flowPatchSchema,
});

const configReasonSchema = z
  .string()
  .trim()
  .min(REASON_MIN, `Write at least ${REASON_MIN} characters: whoever looks at the history will read it.`)
  .max(500);

export const configurationOperations = {
  'config.get': {
    ...common,
    method: 'GET',
    path: '/api/v1/config',
    tag: 'Configuration',
    summary: 'Export the whole configuration, its version as ETag; stored credentials read { stored: true }',
    query: z.strictObject({ format: z.enum(['json', 'yaml']).default('json') }),
    answer: configSchema,
    produces: 'application/yaml',
  },
  'config.put': {
    ...common,
    method: 'PUT',
    path: '/api/v1/config',
    tag: 'Configuration',
    summary:
      'Replace the whole configuration in one transaction, or with dryRun only say what would change; If-Match refuses when somebody else was faster',
    query: z.strictObject({ dryRun: flagQuery, reason: configReasonSchema.optional() }),
    ifMatch: 'optional',
    body: configSchema,
    yaml: true,
    answer: configDiffSchema,
  },
  'configFile.get': {
    ...common,
    method: 'GET',
    path: '/api/v1/config/file',
    tag: 'Configuration',
    summary: 'The file of SWITCHYARD_CONFIG as it is on the disk now, beside what is running',
    answer: configFileAnswerSchema,
  },
  'configFile.apply': {
    ...common,
    method: 'POST',
    path: '/api/v1/config/file/apply',
    tag: 'Configuration',
    summary:
      'Put that file in force, whatever was edited here; If-Match is the configuration that it was compared with',
    body: configFileApplySchema,
    ifMatch: true,
    answer: configDiffSchema,
    errors: ['not_found'],
  },
  'providers.list': providers.list,
  'providers.create': providers.create,
  'providers.get': providers.get,
  'providers.update': providers.update,
  'providers.delete': providers.delete,
  'targets.list': targets.list,
  'targets.create': targets.create,
  'targets.get': targets.get,
  'targets.update': targets.update,
  'targets.delete': targets.delete,
  'flows.list': flows.list,
  'flows.create': flows.create,
  'flows.get': flows.get,
  'flows.update': {
    ...flows.update,
    summary: 'Change a flow; a changed policy is published at once, so with a reason',
  },
  'flows.delete': flows.delete,
  'flows.putChain': {
    ...common,
    method: 'PUT',
    path: '/api/v1/flows/{slug}/chain',
    tag: 'Flows',
    summary: 'Reorder the chain, switch entries on or off; published at once, so with a reason',
    params: slugParams,
    body: chainPutSchema,
    ifMatch: true,
    answer: flowViewSchema,
  },
  'flows.explain': {
    ...common,
    method: 'POST',
    path: '/api/v1/flows/{slug}/explain',
    tag: 'Flows',
    summary: 'Who a hypothetical request would be sent to now, and why not to the others; sends nothing',
    params: slugParams,
    body: explainInputSchema,
    answer: explanationSchema,
  },
  'flows.playground': {
    ...common,
    method: 'POST',
    path: '/api/v1/flows/{slug}/playground',
    tag: 'Flows',
    summary:
      "Send a chat through the flow and relay the gateway's answer, headers and `switchyard` object (Switchyard) included",
    params: slugParams,
    body: playgroundInputSchema,
    produces: 'application/json, text/event-stream',
  },
  'apiKeys.list': {
    ...common,
    method: 'GET',
    path: '/api/v1/api-keys',
    tag: 'API keys',
    summary: 'List API keys; the keys themselves are never shown again',
    query: pageQuery,
    answer: pageOf(apiKeyViewSchema),
  },
  'apiKeys.create': {
    ...common,
    method: 'POST',
    path: '/api/v1/api-keys',
    tag: 'API keys',
    summary: 'Create an API key; the answer is the only place that ever holds it',
    body: apiKeyCreateSchema,
    status: 201,
    answer: apiKeyCreatedSchema,
  },
  'apiKeys.delete': {
    ...common,
    method: 'DELETE',
    path: '/api/v1/api-keys/{id}',
    tag: 'API keys',
    summary: 'Revoke an API key; requests with it are refused from now on',
    params: idParams,
    status: 204,
  },
  'settings.get': {
    ...common,
    method: 'GET',
    path: '/api/v1/settings',
    tag: 'Configuration',
    summary: 'Settings that hold for every target',
    answer: settingsViewSchema,
  },
  'settings.update': {
    ...common,
    method: 'PATCH',
    path: '/api/v1/settings',
    tag: 'Configuration',
    summary: 'Change settings that hold for every target',
    body: settingsPatchSchema,
    ifMatch: true,
    answer: settingsViewSchema,
  },
} as const satisfies Record<string, Operation>;
