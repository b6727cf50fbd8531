import { dialectOf } from '#lib/wire/dialects.ts';
import { withoutReasoning } from '#lib/wire/responses/foreign-reasoning.ts';
import type { ClientRequest, CompletionResult, StreamDecoder } from '#lib/wire/types.ts';
import { unfitFor } from '#lib/wire/unfit.ts';
import { buildUpstream, createStreamDecoder, readCompletion } from '#lib/wire/upstream.ts';
import type { UpstreamBuilt } from '#lib/wire/upstream-built.ts';
import { onceOnly } from './call-once.ts';
import type { Calls } from './calls.ts';
import { RequestState } from './request-state.ts';
import type { GatewayServices } from './services.ts';
import type { FlowEntry, TargetEntry } from './snapshot-index.ts';
import { StateWatch } from './state-watch.ts';

type Look = (bytes: Uint8Array) => void;

/** A chat face's request: passed on where the target speaks the client's dialect, translated where it does not. */
export function chatCalls(
  request: ClientRequest,
  flow: FlowEntry,
  { clock, pins }: Pick<GatewayServices, 'clock' | 'pins'>,
): Calls {
  const state = request.vendorState.length === 0 ? null : new RequestState(request.vendorState, flow, pins);
  // Asking costs a translation for each target of another dialect. Without the policy only those that are called are asked.
  const picky = flow.flow.policy.untranslatable === 'skip';
  const lookFor = (target: TargetEntry): Look | null => stateLook(request, target, pins);
  const decoder = (target: TargetEntry): StreamDecoder => {
    const plain = createStreamDecoder(request, target.upstream, { nowWallMs: clock.wall(), continues: null });
    const look = lookFor(target);
    return look === null ? plain : new StateWatch(plain, look);
  };
  return {
    needs: request.needs,
    unfit: (target) => state?.unfit(target) ?? (picky ? unfitFor(request, target.upstream, 'skip') : null),
    once: onceOnly(request),
    build: (target) => buildFor(request, target, state),
    decoder: request.stream ? decoder : null,
    readWhole: (target, body): CompletionResult => {
      const result = readCompletion(request, target.upstream, body, { nowWallMs: clock.wall() });
      if (result.ok) lookFor(target)?.(body);
      return result;
    },
  };
}

/** Reasoning is sealed for one account: another one of the same dialect gets the request without it. */
function buildFor(request: ClientRequest, target: TargetEntry, state: RequestState | null): UpstreamBuilt {
  const { upstream } = target;
  const sameDialect = state !== null && dialectOf(upstream, request.face) === 'openai-responses';
  const leftOut = sameDialect ? state.leftOut(target) : null;
  if (leftOut === null) return buildUpstream(request, upstream);
  const built = buildUpstream(withoutReasoning(request), upstream);
  if (!built.ok) return built;
  return { ok: true, request: { ...built.request, notes: [...built.request.notes, leftOut] } };
}

/** What to do with an answer whose vendor keeps something of it; null: nothing. Translated answers refer to nothing. */
function stateLook(
  request: ClientRequest,
  { upstream, engine }: TargetEntry,
  pins: GatewayServices['pins'],
): Look | null {
  const { endpointId, credentialId } = engine;
  const home = { endpointId, credentialId };
  const { face } = request;
  switch (face) {
    case 'chat':
      return null;
    case 'responses':
      if (dialectOf(upstream, face) !== 'openai-responses') return null;
      return (bytes) => pins.rememberResponse(bytes, home);
    case 'messages':
      if (dialectOf(upstream, face) !== 'anthropic-messages') return null;
      return (bytes) => pins.rememberContainer(bytes, home);
    default:
      return face satisfies never;
  }
}
