import { discardFlowDraft } from '#lib/control/flow/discard-draft.ts';
import { getFlowDraft } from '#lib/control/flow/get-draft.ts';
import { getFlowVersion } from '#lib/control/flow/get-version.ts';
import { listFlowVersions } from '#lib/control/flow/list-versions.ts';
import { publishFlowDraft } from '#lib/control/flow/publish-draft.ts';
import { replayFlowRequests } from '#lib/control/flow/replay.ts';
import { rollBackFlow } from '#lib/control/flow/roll-back.ts';
import { saveFlowDraft } from '#lib/control/flow/save-draft.ts';
import type { Handlers } from './control-operations.ts';
import type { ObservationDeps } from './control-operations-observation.ts';

/** How a flow is edited: draft, what it would have done, publish, roll back. */
type FlowEditing =
  `flows.${'getDraft' | 'putDraft' | 'deleteDraft' | 'publish' | 'listVersions' | 'getVersion' | 'rollback' | 'replay'}`;

export function flowEditingHandlers({
  recorder,
}: Pick<ObservationDeps, 'recorder'>): Pick<Handlers<'flows'>, FlowEditing> {
  return {
    'flows.getDraft': ({ ctx, params }) => getFlowDraft({ ctx, input: params }),
    'flows.putDraft': ({ ctx, params, body, version }) =>
      saveFlowDraft({ ctx, input: { ...params, ...body, expectedVersion: version } }),
    'flows.deleteDraft': ({ ctx, params, version }) =>
      discardFlowDraft({ ctx, input: { ...params, expectedVersion: version } }),
    'flows.replay': ({ ctx, params, body, signal }) =>
      replayFlowRequests({ ctx, input: { ...params, ...body }, log: recorder.attempts, signal }),
    'flows.publish': ({ ctx, params, body, version }) =>
      publishFlowDraft({ ctx, input: { ...params, ...body, expectedVersion: version } }),
    'flows.listVersions': ({ ctx, params, query }) =>
      listFlowVersions({ ctx, input: { ...params, ...query } }),
    'flows.getVersion': ({ ctx, params }) => getFlowVersion({ ctx, input: params }),
    'flows.rollback': ({ ctx, params, body, version }) =>
      rollBackFlow({ ctx, input: { ...params, ...body, expectedVersion: version } }),
  };
}
