import { type Adapted, adaptBody, changesRequest } from './adapter/adapt.ts';
import { addressOf } from './address.ts';
import { NamedAnswer, withAnswerId } from './answer-id.ts';
import type { CanonicalEvent } from './canonical.ts';
import { dialectOf, upstreamDialect } from './dialects.ts';
import { faceFormat } from './faces.ts';
import { isVertexClaude, vertexAnthropicBody, vertexAnthropicBytes } from './gemini/vertex-anthropic.ts';
import type { JsonObject } from './json.ts';
import { bodyModel } from './openai/azure-address.ts';
import { passthroughBody } from './passthrough-request.ts';
import { targetFailure } from './target-failure.ts';
import { namesGiven, RenamedEvents } from './tool-names.ts';
import { TranslatedStream } from './translated-stream.ts';
import { translationFor } from './translation.ts';
import type {
  ClientRequest,
  CompletionResult,
  Dialect,
  EncoderOptions,
  EventSource,
  Relayed,
  StreamDecoder,
  UpstreamTarget,
} from './types.ts';
import type { UpstreamBuilt } from './upstream-built.ts';

export interface AnswerOptions {
  /** Milliseconds since the epoch, for `created` of translated answers. */
  nowWallMs: number;
}

export interface StreamOptions extends AnswerOptions {
  /** Not null: the stream goes on with this answer, so that what is decoded fits behind what its client has. */
  continues: Relayed | null;
}

/**
 * The request to send to a target, or why there is none: an `unsupported_feature` failure names the field without a translation, one of
 * the target's own says what is missing in its configuration.
 */
export function buildUpstream(request: ClientRequest, target: UpstreamTarget): UpstreamBuilt {
  const unusable = targetFailure(target);
  if (unusable !== null) return { ok: false, failure: unusable };
  const dialect = dialectOf(target, request.face);
  const same = dialect === faceFormat(request.face).dialect;
  return same ? passOn(request, target, dialect) : translate(request, target, dialect);
}

/** Only an adapter re-serialises: numbers beyond double precision and duplicate keys do not survive that. */
function passOn(request: ClientRequest, target: UpstreamTarget, dialect: Dialect): UpstreamBuilt {
  const { stream, passHeaders, json } = request;
  const address = addressOf({ target, dialect, stream, passHeaders });
  if (!changesRequest(target.adapter)) {
    const body = isVertexClaude(target)
      ? vertexAnthropicBytes(request)
      : passthroughBody(request, bodyModel(target, dialect));
    return { ok: true, request: { ...address, body, dialect, notes: [] } };
  }
  const { body, notes } = adapted({ ...json, model: bodyModel(target, dialect) }, target, dialect);
  return { ok: true, request: { ...address, body: written(body, target), dialect, notes } };
}

function translate(request: ClientRequest, target: UpstreamTarget, dialect: Dialect): UpstreamBuilt {
  const encoded = translationFor(request, target);
  if (!encoded.ok) return encoded;
  const { body, notes } = adapted(encoded.body, target, dialect);
  const address = addressOf({ target, dialect, stream: request.stream, passHeaders: {} });
  const all = [...encoded.notes, ...notes];
  return { ok: true, request: { ...address, body: written(body, target), dialect, notes: all } };
}

function written(body: JsonObject, target: UpstreamTarget): string {
  return JSON.stringify(isVertexClaude(target) ? vertexAnthropicBody(body) : body);
}

function adapted(body: JsonObject, { adapter, kind }: UpstreamTarget, dialect: Dialect): Adapted {
  return changesRequest(adapter) ? adaptBody({ dialect, kind, body, adapter }) : { body, notes: [] };
}

/** A decoder for one streamed 200 of this target; never reused. */
export function createStreamDecoder(
  request: ClientRequest,
  target: UpstreamTarget,
  { nowWallMs, continues }: StreamOptions,
): StreamDecoder {
  const dialect = dialectOf(target, request.face);
  const face = faceFormat(request.face);
  if (dialect === face.dialect && continues === null) return face.passthrough(request);
  const encoder = face.encoder(encoderOptions(request, target, nowWallMs, continues));
  return new TranslatedStream(eventsOf(request, dialect), encoder);
}

/** A stream's events as the client knows things: the answer has an id, and calls have the names that it gave its tools. */
export function eventsOf(request: ClientRequest, dialect: Dialect): EventSource {
  const source = upstreamDialect(dialect).events();
  const nameless = dialect === 'bedrock-converse' || dialect === 'ollama-chat';
  const named = nameless ? new NamedAnswer(source) : source;
  const rename = namesGiven(request, dialect);
  return rename === null ? named : new RenamedEvents(named, rename);
}

/** Validates a whole 200 and brings it into the client's format; an answer that is none comes back as a failure. */
export function readCompletion(
  request: ClientRequest,
  target: UpstreamTarget,
  body: Uint8Array,
  { nowWallMs }: AnswerOptions,
): CompletionResult {
  const dialect = dialectOf(target, request.face);
  const face = faceFormat(request.face);
  if (dialect === face.dialect) return face.readPassthrough(body);
  const whole: { ok: true; events: readonly CanonicalEvent[] } | (CompletionResult & { ok: false }) =
    upstreamDialect(dialect).readWhole(body);
  if (!whole.ok) return whole;
  const rename = namesGiven(request, dialect);
  const events = rename === null ? whole.events : whole.events.map(rename);
  return face.encodeWhole(withAnswerId(events), encoderOptions(request, target, nowWallMs, null));
}

function encoderOptions(
  request: ClientRequest,
  target: UpstreamTarget,
  nowWallMs: number,
  continues: Relayed | null,
): EncoderOptions {
  const created = Math.floor(nowWallMs / 1000);
  return {
    created,
    includeUsage: request.includeUsage,
    model: target.model,
    continues,
    request: request.json,
  };
}
