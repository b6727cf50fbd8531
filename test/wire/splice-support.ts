import type { ProviderKind } from '#lib/contract/config.ts';
import { faceFormat } from '#lib/wire/faces.ts';
import { createSplicedStream, type Splice, type SplicedStream } from '#lib/wire/splice.ts';
import type { ChatFace, ClientRequest, Frame, Relayed, StreamDecoder } from '#lib/wire/types.ts';
import { createStreamDecoder } from '#lib/wire/upstream.ts';
import { chunk, DONE, NOW, named, relayed, upstreamTarget } from './support.ts';

/** A kind of provider whose dialect is not the face's, so that its answer is written anew for the client. */
export const FOREIGN: Record<ChatFace, ProviderKind> = {
  chat: 'anthropic',
  messages: 'openai-compatible',
  responses: 'openai-compatible',
};

export function requestOf(face: ChatFace, more: object = {}): ClientRequest {
  const asked =
    face === 'responses' ? { input: 'Hello' } : { messages: [{ role: 'user', content: 'Hello' }] };
  const limit = face === 'messages' ? { max_tokens: 100 } : {};
  const body = JSON.stringify({ model: 'support-chat', stream: true, ...asked, ...limit, ...more });
  const parsed = faceFormat(face).parse(Buffer.from(body), {});
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

/** A stream of this text in a provider's own format, cut into the given pieces; without its end when it is to break off. */
export function streamOf(kind: ProviderKind, pieces: readonly string[], complete = true): string {
  if (kind === 'anthropic') return messagesStream(pieces, complete);
  const deltas = pieces.map((content) => chunk({ content }));
  return [
    chunk({ role: 'assistant', content: '' }),
    ...deltas,
    ...(complete ? [chunk({}, 'stop'), DONE] : []),
  ].join('');
}

function messagesStream(pieces: readonly string[], complete: boolean): string {
  const message = { id: 'msg_2', model: 'claude', usage: { input_tokens: 1, output_tokens: 1 } };
  return [
    named({ type: 'message_start', message }),
    named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...pieces.map((text) =>
      named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    ),
    ...(complete
      ? [
          named({ type: 'content_block_stop', index: 0 }),
          named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }),
          named({ type: 'message_stop' }),
        ]
      : []),
  ].join('');
}

export interface Broken {
  request: ClientRequest;
  /** What the client has read. */
  bytes: string;
  relayed: Relayed;
}

/** An answer of which the client has these pieces. */
export function brokenAnswer(face: ChatFace, pieces: readonly string[], more: object = {}): Broken {
  const request = requestOf(face, more);
  const decoder = createStreamDecoder(request, upstreamTarget(FOREIGN[face]), {
    nowWallMs: NOW,
    continues: null,
  });
  const bytes = relayed(decoder.push(Buffer.from(streamOf(FOREIGN[face], pieces, false))));
  const given = decoder.relayed();
  if (given === null) throw new Error('Nothing to go on with.');
  return { request, bytes, relayed: given };
}

/** The decoder of a continuation at a provider of this kind. */
export function continuation(
  { request, relayed: given }: Broken,
  kind: ProviderKind,
  mode: Splice['mode'],
): SplicedStream {
  return createSplicedStream(request, upstreamTarget(kind), { mode, relayed: given }, NOW);
}

/** All frames of a stream that comes in chunks of so many bytes. */
export function readAll(
  decoder: StreamDecoder,
  stream: string | Uint8Array,
  size = Number.POSITIVE_INFINITY,
): Frame[] {
  const bytes = typeof stream === 'string' ? Buffer.from(stream) : stream;
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) frames.push(...decoder.push(bytes.subarray(at, at + size)));
  return [...frames, ...decoder.end()];
}
