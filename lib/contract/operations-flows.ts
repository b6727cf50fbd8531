import { z } from 'zod';
import { flowViewSchema } from './api.ts';
import {
  flowDraftAnswerSchema,
  flowDraftPutSchema,
  flowPublishSchema,
  flowRollbackSchema,
  flowVersionDetailSchema,
  flowVersionSchema,
} from './flow-editing.ts';
import { pageOf, pageQuery, slugParams } from './operation-parts.ts';
import type { Operation } from './operations.ts';
import { readinessSchema } from './readiness.ts';
import { replayInputSchema, replaySchema } from './replay.ts';

const common = { auth: 'required', status: 200, tag: 'Flows' } as const;
const versionParams = slugParams.extend({ number: z.coerce.number().int().min(1) });

/** How a flow is edited: draft, preview, publish, roll back; and what it would have done. */
export const flowOperations = {
  'flows.getDraft': {
    ...common,
    method: 'GET',
    path: '/api/v1/flows/{slug}/draft',
    summary: 'What is about to be published, with what it would change',
    params: slugParams,
    answer: flowDraftAnswerSchema,
  },
  'flows.putDraft': {
    ...common,
    method: 'PUT',
    path: '/api/v1/flows/{slug}/draft',
    summary: 'Save the draft; If-Match is its version, "0" when there is none yet',
    params: slugParams,
    body: flowDraftPutSchema,
    ifMatch: true,
    answer: flowDraftAnswerSchema,
  },
  'flows.deleteDraft': {
    ...common,
    method: 'DELETE',
    path: '/api/v1/flows/{slug}/draft',
    summary: 'Throw the draft away',
    params: slugParams,
    ifMatch: true,
    status: 204,
  },
  'flows.publish': {
    ...common,
    method: 'POST',
    path: '/api/v1/flows/{slug}/publish',
    summary: "Put the draft in force as a new version; If-Match is the flow's version",
    params: slugParams,
    body: flowPublishSchema,
    ifMatch: true,
    answer: flowViewSchema,
  },
  'flows.listVersions': {
    ...common,
    method: 'GET',
    path: '/api/v1/flows/{slug}/versions',
    summary: 'Published versions, newest first, each with what it changed',
    params: slugParams,
    query: pageQuery,
    answer: pageOf(flowVersionSchema),
  },
  'flows.getVersion': {
    ...common,
    method: 'GET',
    path: '/api/v1/flows/{slug}/versions/{number}',
    summary: 'One published version, whole',
    params: versionParams,
    answer: flowVersionDetailSchema,
  },
  'flows.rollback': {
    ...common,
    method: 'POST',
    path: '/api/v1/flows/{slug}/versions/{number}/rollback',
    summary: "Publish an earlier version once more, as a new one; If-Match is the flow's version",
    params: versionParams,
    body: flowRollbackSchema,
    ifMatch: true,
    answer: flowViewSchema,
  },
  'flows.replay': {
    ...common,
    method: 'POST',
    path: '/api/v1/flows/{slug}/replay',
    summary: "What would have happened to the flow's recorded requests under another policy; sends nothing",
    params: slugParams,
    body: replayInputSchema,
    answer: replaySchema,
  },
  'flows.readiness': {
    ...common,
    method: 'GET',
    path: '/api/v1/flows/{slug}/readiness',
    summary: 'What the flow still lacks to survive its provider',
    params: slugParams,
    answer: readinessSchema,
  },
  'readiness.list': {
    ...common,
    method: 'GET',
    path: '/api/v1/readiness',
    summary: 'The readiness of every flow',
    query: pageQuery,
    answer: pageOf(readinessSchema),
  },
} as const satisfies Record<string, Operation>;
