import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { ProviderKind } from '#lib/contract/config.ts';
import type { Failure } from '#lib/engine/types.ts';
import type { CanonicalEvent } from '#lib/wire/canonical.ts';
import type { EventSource, UpstreamRequest, UpstreamTarget } from '#lib/wire/types.ts';
import { buildUpstream } from '#lib/wire/upstream.ts';
import { chatRequest, HELLO, upstreamTarget } from './support.ts';

export interface Built {
  request: UpstreamRequest;
  body: ReturnType<typeof JSON.parse>;
  notes: readonly string[];
}

/** What a chat request becomes for a target; throws where it cannot be sent. */
export function built(kind: ProviderKind, more: object, target: Partial<UpstreamTarget> = {}): Built {
  const result = buildUpstream(chatRequest({ ...HELLO, ...more }), upstreamTarget(kind, target));
  if (!result.ok) throw new Error(result.failure.message);
  const { request } = result;
  return { request, body: JSON.parse(Buffer.from(request.body).toString()), notes: request.notes };
}

/** Why a chat request cannot be sent to a target. */
export function refusal(kind: ProviderKind, more: object, target: Partial<UpstreamTarget> = {}): Failure {
  const result = buildUpstream(chatRequest({ ...HELLO, ...more }), upstreamTarget(kind, target));
  if (result.ok) throw new Error('It can be sent.');
  return result.failure;
}

export const WEATHER = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather of a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/** A conversation with two parallel calls and their results. */
export const TOOL_LOOP = [
  { role: 'user', content: 'Weather in Rome and Oslo?' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
      { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } },
    ],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
  { role: 'tool', tool_call_id: 'call_2', content: 'snow' },
];

/** One piece of Google's answer, as it stands behind `data:`. */
export function gemini(parts: object[], finishReason?: string, more: object = {}): object {
  const content = { role: 'model', parts };
  const candidate = { content, index: 0, ...(finishReason === undefined ? {} : { finishReason }) };
  return { candidates: [candidate], modelVersion: 'gemini-x', responseId: 'resp-1', ...more };
}

export const geminiUsage = (prompt: number, candidates: number, thoughts?: number) => ({
  usageMetadata: {
    promptTokenCount: prompt,
    candidatesTokenCount: candidates,
    ...(thoughts === undefined ? {} : { thoughtsTokenCount: thoughts }),
  },
});

/** The events of a stream without the signs of life, which say nothing. */
export function eventsOf(source: EventSource, parts: readonly Uint8Array[]): CanonicalEvent[] {
  const events = [...parts.flatMap((part) => source.push(part)), ...source.end()];
  return events.filter(({ type }) => type !== 'ping');
}

/** Text that a client would be given. */
export function textOf(events: readonly CanonicalEvent[]): string {
  const texts = new Set<number>();
  let said = '';
  for (const event of events) {
    if (event.type === 'block_start' && event.block.kind === 'text') texts.add(event.index);
    if (event.type === 'block_delta' && texts.has(event.index)) said += event.text;
  }
  return said;
}

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** One message of AWS's event stream. */
export function awsFrame(headers: Record<string, string>, payload: unknown): Buffer {
  const typed = Object.entries(headers).map(([name, value]) => [name, { type: 'string', value }] as const);
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return Buffer.from(codec.encode({ headers: Object.fromEntries(typed), body }));
}

/** One event of `converse-stream`; Bedrock pads payloads with `p`. */
export function converse(type: string, payload: object): Buffer {
  const headers = { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' };
  return awsFrame(headers, { ...payload, p: 'abcdefgh' });
}

export function awsException(type: string, payload: object): Buffer {
  return awsFrame({ ':exception-type': type, ':message-type': 'exception' }, payload);
}

/** Events of a text block at a position. */
export const converseText = (text: string, contentBlockIndex = 0): Buffer =>
  converse('contentBlockDelta', { contentBlockIndex, delta: { text } });

export const converseStop = (stopReason: string): Buffer => converse('messageStop', { stopReason });

export const converseUsage = (inputTokens: number, outputTokens: number, more: object = {}): Buffer =>
  converse('metadata', { usage: { inputTokens, outputTokens, ...more }, metrics: { latencyMs: 1 } });

/** Bytes in pieces of the given sizes. */
export function cut(stream: Buffer, sizes: Iterable<number>): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= stream.length) break;
    parts.push(stream.subarray(at, at + size));
    at += size;
  }
  return parts;
}
