import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { apiKeyCreatedSchema, providerViewSchema, targetViewSchema } from '#lib/contract/api.ts';
import {
  type Drain,
  drainPreviewSchema,
  type endOverlapSchema,
  type OnboardingInput,
  onboardedSchema,
  providerTestAnswerSchema,
  type providerTestSchema,
  type rotateSchema,
  targetTestAnswerSchema,
} from '#lib/contract/onboarding.ts';
import { callApi } from './client.ts';
import { keys } from './keys.ts';

export type ProviderTestInput = z.input<typeof providerTestSchema>;

const slugPath = (kind: 'providers' | 'targets', slug: string) => `/${kind}/${encodeURIComponent(slug)}`;

/** Calls a provider once; nothing is stored, and the answer is kept by nobody but the form that asked. */
export function useProviderTest() {
  return useMutation({
    mutationFn: (body: ProviderTestInput) =>
      callApi({ path: '/test-calls', method: 'POST', body, answer: providerTestAnswerSchema }),
    gcTime: 0,
  });
}

/** Creates a provider, its targets and a flow, all or nothing. */
export function useOnboard() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: OnboardingInput) =>
      callApi({ path: '/onboarding', method: 'POST', body, answer: onboardedSchema }),
    onSuccess: () =>
      Promise.all(
        [keys.providers, keys.targets, keys.flows].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
    gcTime: 0,
  });
}

/** The key is in the answer and nowhere else. */
export function useNewApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      callApi({ path: '/api-keys', method: 'POST', body: { name }, answer: apiKeyCreatedSchema }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
    gcTime: 0,
  });
}

export type KeyChange =
  | { type: 'rotate'; slug: string; version: number; body: z.input<typeof rotateSchema> }
  | { type: 'end'; slug: string; version: number; body: z.input<typeof endOverlapSchema> };

/** Rotates a key, or ends the overlap of two; answers with the provider as it is then. */
export function useKeyChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ type, slug, version, body }: KeyChange) =>
      callApi({
        path: `${slugPath('providers', slug)}/rotate${type === 'end' ? '/end' : ''}`,
        method: 'POST',
        version,
        body,
        answer: providerViewSchema,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.providers }),
    gcTime: 0,
  });
}

/** One tiny real call to a target. */
export function useTargetTest() {
  return useMutation({
    mutationFn: (slug: string) =>
      callApi({ path: `${slugPath('targets', slug)}/test`, method: 'POST', answer: targetTestAnswerSchema }),
  });
}

/** What draining would do, as the server computes it now. */
export function fetchDrainPreview(slug: string, signal: AbortSignal) {
  return callApi({ path: `${slugPath('targets', slug)}/drain`, answer: drainPreviewSchema, signal });
}

export type DrainChange = { type: 'drain'; slug: string; body: Drain } | { type: 'resume'; slug: string };

/** Takes a target out of service, or puts it back. */
export function useDrain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: DrainChange) =>
      callApi({
        path: `${slugPath('targets', change.slug)}/${change.type}`,
        method: 'POST',
        answer: targetViewSchema,
        ...(change.type === 'drain' ? { body: change.body } : {}),
      }),
    onSuccess: () =>
      Promise.all(
        [keys.targets, keys.flows, keys.audit].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}
