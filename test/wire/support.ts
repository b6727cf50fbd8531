import type { ProviderKind } from '#lib/contract/config.ts';
import { faceFormat } from '#lib/wire/faces.ts';
import type { JsonObject } from '#lib/wire/json.ts';
import { parseChatRequest } from '#lib/wire/openai/chat-request.ts';
import type {
  ChatFace,
  ClientRequest,
  Frame,
  Relayed,
  StreamDecoder,
  UpstreamTarget,
} from '#lib/wire/types.ts';
import { buildUpstream, createStreamDecoder } from '#lib/wire/upstream.ts';

/** A parsed request; throws where the body is refused. */
export function chatRequest(body: string | object): ClientRequest {
  const parsed = parseChatRequest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

/** A request of any face, parsed; throws where the body is refused. */
export function faceRequest(
  face: ChatFace,
  body: object,
  headers: Record<string, string> = {},
): ClientRequest {
  const parsed = faceFormat(face).parse(Buffer.from(JSON.stringify(body)), headers);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

/** The body that a request becomes for a target, and what was noted; throws where it cannot be said. */
export function sentBody(
  request: ClientRequest,
  target: UpstreamTarget,
): { body: JsonObject; notes: string[] } {
  const built = buildUpstream(request, target);
  if (!built.ok) throw new Error(built.failure.message);
  return { body: JSON.parse(Buffer.from(built.request.body).toString()), notes: [...built.request.notes] };
}

/** Why a request cannot be said to a target. */
export function refusalOf(request: ClientRequest, target: UpstreamTarget): string {
  const built = buildUpstream(request, target);
  if (built.ok) throw new Error('accepted');
  return `${built.failure.class}: ${built.failure.message}`;
}

export const HELLO = { model: 'support-chat', messages: [{ role: 'user', content: 'Hello' }] };

export function upstreamTarget(kind: ProviderKind, more: Partial<UpstreamTarget> = {}): UpstreamTarget {
  return {
    kind,
    baseUrl: 'https://vendor.test',
    region: null,
    model: 'real-model',
    deployment: null,
    credential: 'sk-secret-of-the-gateway',
    adapter: null,
    ...more,
  };
}

/** When every translated answer of these tests was made: milliseconds since the epoch. */
export const NOW = 1_700_000_000_500;

/** `continues`: the answer that the stream goes on with. */
export function decoder(
  kind: ProviderKind,
  body: object = {},
  continues: Relayed | null = null,
): StreamDecoder {
  const request = chatRequest({ ...HELLO, stream: true, ...body });
  return createStreamDecoder(request, upstreamTarget(kind), { nowWallMs: NOW, continues });
}

/** Every frame of a stream that is pushed whole. */
export function decode(kind: ProviderKind, stream: string, body: object = {}): Frame[] {
  const reader = decoder(kind, body);
  return [...reader.push(Buffer.from(stream)), ...reader.end()];
}

export function kinds(frames: readonly Frame[]): string {
  return frames.map((frame) => frame.kind).join(' ');
}

/** What the client would have read. */
export function relayed(frames: readonly Frame[]): string {
  return Buffer.concat(frames.map((frame) => ('bytes' in frame ? frame.bytes : Buffer.alloc(0)))).toString();
}

/** The JSON of the relayed events, `[DONE]` left out. */
export function relayedJson(frames: readonly Frame[]): unknown[] {
  return relayed(frames)
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)));
}

export function failureOf(frames: readonly Frame[]): Extract<Frame, { kind: 'error' }>['failure'] {
  const found = frames.find((frame) => frame.kind === 'error');
  if (found === undefined) throw new Error(`No error among: ${kinds(frames)}`);
  return found.failure;
}

/** One OpenAI chunk as an event. */
export function chunk(delta: object, finish: string | null = null, more: object = {}, index = 0): string {
  const choices = [{ index, delta, finish_reason: finish }];
  return event({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'real-model-0613',
    choices,
    ...more,
  });
}

export function event(json: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(json)}\n\n`;
}

export const DONE = 'data: [DONE]\n\n';

/** One Anthropic event, named as its type. */
export function named(json: { type: string } & Record<string, unknown>): string {
  return event(json, json.type);
}
