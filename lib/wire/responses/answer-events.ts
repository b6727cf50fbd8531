import type { BlockStart, CanonicalEvent, FinishReason } from '../canonical.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import { readUsage } from './usage.ts';

/** A finished response object as canonical events, `stop` and `end` included. */
export function eventsOfResponse(response: JsonObject): CanonicalEvent[] {
  return [startOf(response), ...blocksOf(response), ...endOf(response)];
}

export function startOf(response: JsonObject): CanonicalEvent {
  return { type: 'message_start', id: asText(response.id) ?? 'resp', model: asText(response.model) ?? '' };
}

/** The last events of an answer: usage, why it stopped, the end. */
export function endOf(response: JsonObject): CanonicalEvent[] {
  const usage = readUsage(response);
  return [
    ...(usage === null ? [] : [{ type: 'usage' as const, usage }]),
    { type: 'stop', reason: finishReasonOf(response) },
    { type: 'end' },
  ];
}

/** An incomplete response that does not say why has met a limit of some kind. */
function finishReasonOf(response: JsonObject): FinishReason {
  const reason = asText(asObject(response.incomplete_details)?.reason);
  if (response.status === 'incomplete' || reason !== null) {
    return reason === 'content_filter' ? 'content_filter' : 'length';
  }
  const calls = asArray(response.output).some((item) => asObject(item)?.type === 'function_call');
  return calls ? 'tool_calls' : 'stop';
}

interface WholeBlock {
  start: BlockStart;
  text: string;
  /** Encrypted reasoning; null without. */
  state: string | null;
}

/** All of a response's output as blocks. */
export function blocksOf(response: JsonObject): CanonicalEvent[] {
  return asArray(response.output)
    .flatMap((item) => wholeBlocks(asObject(item) ?? {}))
    .flatMap(({ start, text, state }, index): CanonicalEvent[] => [
      { type: 'block_start', index, block: start },
      ...(text === '' ? [] : [{ type: 'block_delta' as const, index, text }]),
      ...(state === null ? [] : [{ type: 'block_state' as const, index, state }]),
      { type: 'block_stop', index },
    ]);
}

function wholeBlocks(item: JsonObject): WholeBlock[] {
  switch (item.type) {
    case 'message':
      return asArray(item.content).map((part) => wholePart(asObject(part) ?? {}));
    case 'reasoning':
      return [
        { start: { kind: 'thinking' }, text: reasoningText(item), state: asText(item.encrypted_content) },
      ];
    case 'function_call':
      return [{ start: callStart(item), text: asText(item.arguments) ?? '', state: null }];
    default:
      return [{ start: { kind: 'opaque' }, text: '', state: null }];
  }
}

function wholePart(part: JsonObject): WholeBlock {
  if (part.type !== 'refusal') return { start: { kind: 'text' }, text: asText(part.text) ?? '', state: null };
  return { start: { kind: 'refusal' }, text: asText(part.refusal) ?? '', state: null };
}

export function callStart(item: JsonObject): { kind: 'tool_use'; id: string; name: string } {
  return {
    kind: 'tool_use',
    id: asText(item.call_id) ?? asText(item.id) ?? '',
    name: asText(item.name) ?? '',
  };
}

/** Summaries and, where a vendor shows it, the reasoning itself, set apart by blank lines. */
export function reasoningText(item: JsonObject): string {
  return [...asArray(item.summary), ...asArray(item.content)]
    .map((part) => asText(asObject(part)?.text))
    .filter((text) => text !== null)
    .join('\n\n');
}
