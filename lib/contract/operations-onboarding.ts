import { providerViewSchema, targetViewSchema } from './api.ts';
import {
  drainPreviewSchema,
  drainSchema,
  endOverlapSchema,
  onboardedSchema,
  onboardingSchema,
  providerTestAnswerSchema,
  providerTestSchema,
  rotateSchema,
  targetTestAnswerSchema,
} from './onboarding.ts';
import { slugParams } from './operation-parts.ts';
import type { Operation } from './operations.ts';

/** What may come of an operation that a gateway has to carry out. */
const BY_GATEWAY = ['gateway_unavailable', 'gateway_timeout'] as const;

const providers = { auth: 'required', status: 200, tag: 'Providers', method: 'POST' } as const;
const targets = { auth: 'required', status: 200, tag: 'Targets', method: 'POST' } as const;

/** Providers from the first test call to the next key, and targets in and out of service. */
export const onboardingOperations = {
  'providers.test': {
    ...providers,
    path: '/api/v1/test-calls',
    summary:
      'Call a stored or a new provider once: lists its models, or asks one of them a tiny question; stores nothing',
    body: providerTestSchema,
    answer: providerTestAnswerSchema,
    errors: ['not_found', ...BY_GATEWAY],
  },
  'providers.onboard': {
    ...providers,
    path: '/api/v1/onboarding',
    summary: 'Create a provider, its targets and a flow over them in one transaction',
    body: onboardingSchema,
    status: 201,
    answer: onboardedSchema,
  },
  'providers.rotate': {
    ...providers,
    path: '/api/v1/providers/{slug}/rotate',
    summary:
      'Put a new key in use, tested first; the one before it answers for a while where the new one is refused',
    params: slugParams,
    body: rotateSchema,
    ifMatch: true,
    answer: providerViewSchema,
    errors: BY_GATEWAY,
  },
  'providers.endOverlap': {
    ...providers,
    path: '/api/v1/providers/{slug}/rotate/end',
    summary: 'End the overlap of two keys now: the new one stays, or the old one',
    params: slugParams,
    body: endOverlapSchema,
    ifMatch: true,
    answer: providerViewSchema,
  },
  'targets.test': {
    ...targets,
    path: '/api/v1/targets/{slug}/test',
    summary: "Ask a target one tiny question; its answer counts on the target's breaker like any other",
    params: slugParams,
    answer: targetTestAnswerSchema,
    errors: BY_GATEWAY,
  },
  'targets.drainPreview': {
    ...targets,
    method: 'GET',
    path: '/api/v1/targets/{slug}/drain',
    summary: 'What draining the target would do to each flow',
    params: slugParams,
    answer: drainPreviewSchema,
  },
  'targets.drain': {
    ...targets,
    path: '/api/v1/targets/{slug}/drain',
    summary: 'Send the target no new calls; those under way finish',
    params: slugParams,
    body: drainSchema,
    answer: targetViewSchema,
    errors: ['needs_acknowledgement'],
  },
  'targets.resume': {
    ...targets,
    path: '/api/v1/targets/{slug}/resume',
    summary: 'Put a drained target back into its chains',
    params: slugParams,
    answer: targetViewSchema,
  },
} as const satisfies Record<string, Operation>;
