import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import type { CanonicalRequest } from '#lib/wire/canonical-request.ts';
import { asObject, type JsonObject } from '#lib/wire/json.ts';
import { responsesFace } from '#lib/wire/responses/face.ts';
import type { ClientRequest, EncoderOptions, FaceEncoder, Frame, Relayed } from '#lib/wire/types.ts';
import { named, relayed } from './support.ts';

/** A parsed request; throws where the body is refused. */
export function responsesRequest(body: object): ClientRequest {
  const parsed = responsesFace.parse(Buffer.from(JSON.stringify({ model: 'support-chat', ...body })), {});
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}

/** The sentence with which a body is refused; throws where it is not. */
export function refusalOf(body: object): { message: string; param: string | null } {
  const parsed = responsesFace.parse(Buffer.from(JSON.stringify({ model: 'support-chat', ...body })), {});
  if (parsed.ok) throw new Error('The request was taken.');
  return { message: parsed.message, param: parsed.param };
}

/** The request in its canonical form; throws the field that has none. */
export function canonicalOf(body: object): CanonicalRequest {
  const result = responsesRequest(body).canonical();
  if (!result.ok) throw new Error(result.failure.message);
  return result.request;
}

export const OPTIONS: EncoderOptions = {
  created: 1_700_000_000,
  includeUsage: true,
  model: 'backup-model',
  continues: null,
};

export function encoder(more: Partial<EncoderOptions> = {}): FaceEncoder {
  return responsesFace.encoder({ ...OPTIONS, ...more });
}

/** Every frame of canonical events, the upstream's end included. */
export function encodeAll(events: readonly CanonicalEvent[], more: Partial<EncoderOptions> = {}): Frame[] {
  const writer = encoder(more);
  return [...events.flatMap((event) => writer.encode(event)), ...writer.close()];
}

/** What the client reads, event by event. */
export function eventsOf(frames: readonly Frame[]): JsonObject[] {
  return parseStream(relayed(frames));
}

export function parseStream(stream: string): JsonObject[] {
  return stream
    .split('\n\n')
    .filter((text) => text !== '')
    .map((text) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)$/s.exec(text) ?? [];
      const json = asObject(JSON.parse(data ?? ''));
      if (json === null || json.type !== name) throw new Error(`Not an event named as its type: ${text}`);
      return json;
    });
}

export function typesOf(events: readonly JsonObject[]): string[] {
  return events.map(({ type }) => String(type).replace(/^response\./, ''));
}

/** The response object of the last event. */
export function finalOf(events: readonly JsonObject[]): JsonObject {
  const response = asObject(events.at(-1)?.response);
  if (response === null) throw new Error('The last event has no response.');
  return response;
}

export const start: CanonicalEvent = { type: 'message_start', id: 'msg_01', model: 'claude-real' };
export const usage: CanonicalEvent = {
  type: 'usage',
  usage: { inputTokens: 12, cachedTokens: 4, outputTokens: 7, reasoningTokens: 3 },
};
export const end: CanonicalEvent = { type: 'end' };

export function block(
  index: number,
  kind: 'text' | 'thinking' | 'refusal' | 'opaque',
  ...pieces: string[]
): CanonicalEvent[] {
  return [
    { type: 'block_start', index, block: { kind } },
    ...pieces.map((text) => ({ type: 'block_delta' as const, index, text })),
    { type: 'block_stop', index },
  ];
}

export function call(index: number, id: string, name: string, ...pieces: string[]): CanonicalEvent[] {
  return [
    { type: 'block_start', index, block: { kind: 'tool_use', id, name } },
    ...pieces.map((text) => ({ type: 'block_delta' as const, index, text })),
    { type: 'block_stop', index },
  ];
}

export function stop(reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' = 'stop'): CanonicalEvent {
  return { type: 'stop', reason };
}

/** A native stream, written as OpenAI writes it; sequence numbers are put in. */
export function native(...events: ({ type: string } & Record<string, unknown>)[]): string {
  return events
    .map(({ type, ...fields }, sequence_number) => named({ type, sequence_number, ...fields }))
    .join('');
}

export const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1_690_000_000,
  model: 'gpt-real-0613',
  output: [],
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  usage: null,
};

export const USAGE = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 1 },
  total_tokens: 14,
};

export const created = { type: 'response.created', response: RESPONSE };
export const inProgress = { type: 'response.in_progress', response: RESPONSE };

export function messageAdded(output_index = 0, id = 'msg_1'): { type: string } & JsonObject {
  const item = { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  return { type: 'response.output_item.added', output_index, item };
}

export function partAdded(output_index = 0, item_id = 'msg_1'): { type: string } & JsonObject {
  const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
  return { type: 'response.content_part.added', item_id, output_index, content_index: 0, part };
}

export function textDelta(delta: string, output_index = 0, item_id = 'msg_1'): { type: string } & JsonObject {
  return { type: 'response.output_text.delta', item_id, output_index, content_index: 0, delta, logprobs: [] };
}

/** How OpenAI closes a text: the whole of it three times. */
export function textDone(text: string, output_index = 0, id = 'msg_1'): ({ type: string } & JsonObject)[] {
  const part = { type: 'output_text', text, annotations: [], logprobs: [] };
  const place = { item_id: id, output_index, content_index: 0 };
  return [
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index, item: messageItem(text, id) },
  ];
}

export function messageItem(text: string, id = 'msg_1'): JsonObject {
  const part = { type: 'output_text', text, annotations: [], logprobs: [] };
  return { id, type: 'message', role: 'assistant', status: 'completed', content: [part] };
}

export function completed(...output: JsonObject[]): { type: string } & JsonObject {
  return { type: 'response.completed', response: { ...RESPONSE, status: 'completed', output, usage: USAGE } };
}

/** What a client was given before the answer broke off. */
export function brokenOff(more: Partial<Relayed> = {}): Relayed {
  return {
    face: 'responses',
    id: 'resp_1',
    model: 'gpt-real-0613',
    created: 1_690_000_000,
    text: 'Hello',
    textIndex: 0,
    itemId: 'msg_1',
    sequence: 5,
    items: [],
    ...more,
  };
}
