import type { ProviderKind } from '#lib/contract/config.ts';
import type { Clock } from '#lib/engine/clock.ts';
import type { AttemptOutcome, CallTarget } from '#lib/engine/run-types.ts';
import { RepeatDecoder } from '#lib/wire/openai/repeat-decoder.ts';
import type { ClientRequest, StreamDecoder } from '#lib/wire/types.ts';
import {
  buildUpstream,
  createStreamDecoder,
  readCompletion,
  type UpstreamContext,
} from '#lib/wire/upstream.ts';
import type { Answer } from './answer.ts';
import { protocolViolation } from './failures.ts';
import type { InFlight } from './in-flight.ts';
import type { UpstreamPools } from './pools.ts';
import type { FlowEntry } from './snapshot-index.ts';
import { UpstreamCall } from './upstream-call.ts';

export interface AttemptServices {
  clock: Clock;
  pools: UpstreamPools;
  inFlight: InFlight;
}

/** The transport that the engine drives for one request: builds each target's own call, sends it, says what it came to. */
export function createCallTarget(
  { clock, pools, inFlight }: AttemptServices,
  flow: FlowEntry,
  request: ClientRequest,
): CallTarget<Answer> {
  return (attempt) =>
    new Promise<AttemptOutcome<Answer>>((settle) => {
      const target = flow.targets.get(attempt.target.slug);
      if (target === undefined) {
        settle({ kind: 'failed', failure: protocolViolation(null, 'This target left the configuration.') });
        return;
      }
      const built = buildUpstream(request, target.upstream);
      if (!built.ok) {
        settle({ kind: 'failed', failure: built.failure });
        return;
      }
      const { kind } = target.upstream;
      const context = { request, target: target.upstream, nowWallMs: clock.wall };
      const call = new UpstreamCall({
        clock,
        attempt,
        kind,
        credential: target.upstream.credential,
        decoder: request.stream ? streamDecoder(kind, context) : null,
        readCompletion: (headers, body) => readCompletion(kind, context, headers, body),
        settle,
        released: inFlight.enter(attempt.target.slug),
      });
      const { origin, path } = splitUrl(built.request.url);
      const { headers, body } = built.request;
      headers['user-agent'] = 'switchyard';
      call.start(pools.dispatcher(origin), { origin, path, method: 'POST', headers, body });
    });
}

/** Passthrough events that repeat but for their text are recognised; translated ones are decoded one by one. */
function streamDecoder(kind: ProviderKind, context: UpstreamContext): StreamDecoder {
  const decoder = createStreamDecoder(kind, context);
  return kind === 'anthropic' ? decoder : new RepeatDecoder(decoder);
}

/** `https://host:port` and the rest; faster than a URL object, for addresses that wire has built. */
function splitUrl(url: string): { origin: string; path: string } {
  const slash = url.indexOf('/', url.indexOf('://') + 3);
  return slash === -1 ? { origin: url, path: '/' } : { origin: url.slice(0, slash), path: url.slice(slash) };
}
