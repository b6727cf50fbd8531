import { dialectOf } from '#lib/wire/dialects.ts';
import type { ClientRequest, CompletionResult, StreamDecoder } from '#lib/wire/types.ts';
import { buildUpstream, createStreamDecoder, readCompletion } from '#lib/wire/upstream.ts';
import type { Calls } from './calls.ts';
import type { GatewayServices } from './services.ts';
import type { FlowEntry, TargetEntry } from './snapshot-index.ts';
import { stateUnfit } from './state-unfit.ts';
import { StateWatch } from './state-watch.ts';

type Look = (bytes: Uint8Array) => void;

/** A chat face's request: passed on where the target speaks the client's dialect, translated where it does not. */
export function chatCalls(
  request: ClientRequest,
  flow: FlowEntry,
  { clock, pins }: Pick<GatewayServices, 'clock' | 'pins'>,
): Calls {
  const pinned = request.vendorState.length === 0 ? null : stateUnfit(request.vendorState, flow, pins);
  const lookFor = (target: TargetEntry): Look | null => stateLook(request, target, pins);
  const decoder = (target: TargetEntry): StreamDecoder => {
    const plain = createStreamDecoder(request, target.upstream, { nowWallMs: clock.wall(), continues: null });
    const look = lookFor(target);
    return look === null ? plain : new StateWatch(plain, look);
  };
  return {
    needs: request.needs,
    unfit: (target) => pinned?.(target) ?? null,
    build: ({ upstream }) => buildUpstream(request, upstream),
    decoder: request.stream ? decoder : null,
    readWhole: (target, body): CompletionResult => {
      const result = readCompletion(request, target.upstream, body, { nowWallMs: clock.wall() });
      if (result.ok) lookFor(target)?.(body);
      return result;
    },
  };
}

/** What to do with an answer whose vendor keeps something of it; null: nothing. Translated answers refer to nothing. */
function stateLook(
  request: ClientRequest,
  { upstream, engine }: TargetEntry,
  pins: GatewayServices['pins'],
): Look | null {
  const { endpointId } = engine;
  const { face } = request;
  switch (face) {
    case 'chat':
      return null;
    case 'responses':
      if (dialectOf(upstream, face) !== 'openai-responses') return null;
      return (bytes) => pins.rememberResponse(bytes, endpointId);
    case 'messages':
      if (dialectOf(upstream, face) !== 'anthropic-messages') return null;
      return (bytes) => pins.rememberContainer(bytes, endpointId);
    default:
      return face satisfies never;
  }
}
