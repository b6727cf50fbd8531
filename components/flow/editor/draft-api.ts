'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { FlowView } from '#lib/contract/api.ts';
import { flowViewSchema } from '#lib/contract/api.ts';
import {
  type FlowDraftAnswer,
  type FlowDraftPut,
  flowDraftAnswerSchema,
  flowVersionDetailSchema,
} from '#lib/contract/flow-editing.ts';
import { ApiError, callApi } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';

/** Below the flows: what makes them stale makes these stale too. */
export const draftKey = (slug: string) => [...keys.flows, slug, 'draft'];
const pathOf = (slug: string) => `/flows/${encodeURIComponent(slug)}`;

/** What is about to be published, if anything. */
export function useFlowDraft(slug: string, enabled = true) {
  return useQuery({
    queryKey: draftKey(slug),
    queryFn: ({ signal }) =>
      callApi({ path: `${pathOf(slug)}/draft`, answer: flowDraftAnswerSchema, signal }),
    enabled,
  });
}

/** One published version, whole; null: none is asked for. */
export function useFlowVersion(slug: string, number: number | null) {
  return useQuery({
    // Apart from the flows: what changes those changes no version.
    queryKey: ['flow-versions', slug, number],
    queryFn: ({ signal }) =>
      callApi({ path: `${pathOf(slug)}/versions/${number}`, answer: flowVersionDetailSchema, signal }),
    enabled: number !== null,
  });
}

/** Puts what the server answered where every reader finds it. */
function useTakeIn(slug: string) {
  const client = useQueryClient();
  return {
    draft: (answer: FlowDraftAnswer) => {
      client.setQueryData(draftKey(slug), answer);
      client.setQueryData<FlowView[]>(keys.flows, (flows) =>
        flows?.map((each) => (each.slug === slug ? { ...each, hasDraft: answer.draft !== null } : each)),
      );
    },
    flow: (next: FlowView) =>
      client.setQueryData<FlowView[]>(keys.flows, (flows) =>
        flows?.map((each) => (each.slug === slug && each.version <= next.version ? next : each)),
      ),
    /** Somebody was faster, or another list changed with it. */
    again: () => client.invalidateQueries({ queryKey: keys.flows }),
  };
}

export type DraftSave = FlowDraftPut & { draftVersion: number };

/** Saves the draft. When somebody else was faster, theirs is read, so that both can be shown. */
export function useSaveDraft(slug: string) {
  const take = useTakeIn(slug);
  return useMutation({
    mutationFn: ({ draftVersion, ...body }: DraftSave) =>
      callApi({
        path: `${pathOf(slug)}/draft`,
        method: 'PUT',
        body,
        version: draftVersion,
        answer: flowDraftAnswerSchema,
      }),
    onSuccess: take.draft,
    onError: (error) => (isStale(error) ? take.again() : undefined),
  });
}

export function useDiscardDraft(slug: string) {
  const take = useTakeIn(slug);
  return useMutation({
    mutationFn: (draftVersion: number) =>
      callApi({ path: `${pathOf(slug)}/draft`, method: 'DELETE', version: draftVersion }),
    onSuccess: () => take.draft({ draft: null, version: 0 }),
    onError: (error) => (isStale(error) ? take.again() : undefined),
  });
}

export interface Publication {
  /** The flow's. */
  version: number;
  reason: string;
}

/** Puts the saved draft in force. */
export function usePublishDraft(slug: string) {
  const take = useTakeIn(slug);
  return useMutation({
    mutationFn: ({ version, reason, draftVersion }: Publication & { draftVersion: number }) =>
      callApi({
        path: `${pathOf(slug)}/publish`,
        method: 'POST',
        body: { reason, draftVersion },
        version,
        answer: flowViewSchema,
      }),
    onSuccess: (flow) => {
      take.flow(flow);
      take.draft({ draft: null, version: 0 });
      return take.again();
    },
    onError: (error) => (isStale(error) ? take.again() : undefined),
  });
}

/** Puts an earlier version in force again, as a new one. */
export function useRollBack(slug: string) {
  const take = useTakeIn(slug);
  return useMutation({
    mutationFn: ({ version, reason, number }: Publication & { number: number }) =>
      callApi({
        path: `${pathOf(slug)}/versions/${number}/rollback`,
        method: 'POST',
        body: { reason },
        version,
        answer: flowViewSchema,
      }),
    onSuccess: (flow) => {
      take.flow(flow);
      return take.again();
    },
    onError: (error) => (isStale(error) ? take.again() : undefined),
  });
}

export function isStale(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'stale_version';
}
