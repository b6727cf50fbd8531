import { z } from 'zod';
import { impactSchema, overridePutSchema } from './api.ts';
import { breakerViewSchema, overrideKindSchema, scopeKindSchema } from './breaker-view.ts';
import type { Operation } from './operations.ts';

const common = { auth: 'required', status: 200, tag: 'Breakers' } as const;
const scope = '/api/v1/breakers/{scope}/{id}';

/** `id` is a target's slug, `provider.endpoint`, or a provider's slug. */
export const scopeParams = z.strictObject({
  scope: scopeKindSchema,
  id: z.string().regex(/^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})?$/, 'A slug, or provider.endpoint.'),
});

export const breakerOperations = {
  'breakers.list': {
    ...common,
    method: 'GET',
    path: '/api/v1/breakers',
    summary: 'Every breaker as the gateway has it now',
    answer: z.strictObject({ items: z.array(breakerViewSchema) }),
  },
  'breakers.get': {
    ...common,
    method: 'GET',
    path: scope,
    summary: 'One breaker as the gateway has it now',
    params: scopeParams,
    answer: breakerViewSchema,
  },
  'breakers.impact': {
    ...common,
    method: 'GET',
    path: `${scope}/impact`,
    summary: 'What an override would do to each flow',
    params: scopeParams,
    query: z.strictObject({ kind: overrideKindSchema.default('forced_open') }),
    answer: impactSchema,
  },
  'breakers.setOverride': {
    ...common,
    method: 'PUT',
    path: `${scope}/override`,
    summary: 'Force a breaker open or closed; answers once the gateway acts on it',
    params: scopeParams,
    body: overridePutSchema,
    answer: breakerViewSchema,
  },
  'breakers.clearOverride': {
    ...common,
    method: 'DELETE',
    path: `${scope}/override`,
    summary: 'Hand the breaker back to its automatic machine',
    params: scopeParams,
    answer: breakerViewSchema,
  },
  'breakers.reset': {
    ...common,
    method: 'POST',
    path: `${scope}/reset`,
    summary: 'Close the breaker and forget its window',
    params: scopeParams,
    answer: breakerViewSchema,
  },
  'breakers.probe': {
    ...common,
    method: 'POST',
    path: `${scope}/probe`,
    summary: 'Let the next request through an open breaker as its probe',
    params: scopeParams,
    answer: breakerViewSchema,
  },
  'breakers.clearCooldown': {
    ...common,
    method: 'DELETE',
    path: `${scope}/cooldown`,
    summary: "End a target's cooldown",
    params: scopeParams,
    answer: breakerViewSchema,
  },
} as const satisfies Record<string, Operation>;
