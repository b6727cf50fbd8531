import { dialectOf } from './dialects.ts';
import { faceFormat } from './faces.ts';
import { asArray, asNumber, asObject } from './json.ts';
import { NotAgain, Repeated } from './splice/beginning.ts';
import { asPrefill } from './splice/prefill-form.ts';
import { prefilledRequest } from './splice/prefilled-request.ts';
import { SplicedEvents } from './splice/spliced-events.ts';
import { TranslatedStream } from './translated-stream.ts';
import type { ClientRequest, Relayed, StreamDecoder, UpstreamTarget } from './types.ts';
import { buildUpstream, eventsOf } from './upstream.ts';
import type { UpstreamBuilt } from './upstream-built.ts';

/** How an answer that broke off goes on at another target. */
export interface Splice {
  /** `prefill`: the target goes on with the text; `restart`: it is asked again, and what the client has is left out. */
  mode: 'prefill' | 'restart';
  relayed: Relayed;
}

export interface SplicedStream extends StreamDecoder {
  /** The target writes or reasons, though there may be nothing new in it yet. */
  begun(): boolean;
}

/** The request that asks a target to go on, or why it cannot be asked. */
export function buildContinuation(
  request: ClientRequest,
  target: UpstreamTarget,
  { mode, relayed }: Splice,
): UpstreamBuilt {
  if (mode === 'restart') return buildUpstream(request, target);
  // Vendors refuse white space at the end of such a turn.
  const built = buildUpstream(prefilledRequest(request, relayed.text.trimEnd()), target);
  return built.ok ? { ok: true, request: asPrefill(built.request, target) } : built;
}

/** A decoder for a continuation: its frames fit behind what the client has, or they end in an error before anything else. */
export function createSplicedStream(
  request: ClientRequest,
  target: UpstreamTarget,
  splice: Splice,
  nowWallMs: number,
): SplicedStream {
  const source = eventsOf(request, dialectOf(target, request.face));
  const events = new SplicedEvents(source, beginningOf(splice));
  const encoder = faceFormat(request.face).encoder({
    created: Math.floor(nowWallMs / 1000),
    includeUsage: request.includeUsage,
    model: target.model,
    continues: splice.relayed,
    request: request.json,
  });
  const stream = new TranslatedStream(events, encoder);
  return {
    push: (chunk) => stream.push(chunk),
    end: () => stream.end(),
    usage: () => stream.usage(),
    model: () => stream.model(),
    relayed: () => stream.relayed(),
    sequence: () => stream.sequence(),
    begun: () => events.begun(),
  };
}

/** White space at the end of the text was not sent, so it has to come again. */
function beginningOf({ mode, relayed: { text } }: Splice): Repeated | NotAgain {
  if (mode === 'restart') return new Repeated(text);
  const space = text.slice(text.trimEnd().length);
  return space === '' ? new NotAgain(text) : new Repeated(space);
}

/** Whether the answer to this request is one text at all. */
export function canBeSpliced({ face, json }: ClientRequest): boolean {
  switch (face) {
    case 'chat':
      return (
        (asNumber(json.n) ?? 1) <= 1 && json.logprobs !== true && !asArray(json.modalities).includes('audio')
      );
    case 'responses':
      return json.background !== true && !asArray(json.include).includes('message.output_text.logprobs');
    case 'messages':
      return true;
    default:
      return face satisfies never;
  }
}

/** Whether a target that declares prefill could go on with this text: nothing in the request may stand against such a turn. */
export function canBePrefilled(request: ClientRequest, target: UpstreamTarget, { text }: Relayed): boolean {
  if (dialectOf(target, request.face) === 'openai-responses') return false;
  if (text.trimEnd() === '' || !text.isWellFormed()) return false;
  const thinking = asObject(request.json.thinking)?.type;
  if (thinking === 'enabled' || thinking === 'adaptive') return false;
  const canonical = request.canonical();
  if (!canonical.ok) return false;
  const { reasoning, format, toolChoice } = canonical.request;
  const reasons = reasoning !== null && reasoning.effort !== 'none';
  const forced = toolChoice?.type === 'any' || toolChoice?.type === 'tool';
  return !reasons && !forced && format.type === 'text';
}
