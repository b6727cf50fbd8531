import type { Adapter } from '../../contract/config.ts';
import { asArray, asObject, isObject, type JsonObject } from '../json.ts';

/** True when the adapter changes anything. */
export function changesPrompt(adapter: Adapter | null): adapter is Adapter {
  return adapter !== null && ((adapter.systemPrefix ?? '') !== '' || (adapter.systemSuffix ?? '') !== '');
}

/**
 * The request with the adapter's text before the first system message and behind the last one, set apart by a blank line; a
 * request without a system message gets one. A developer message counts as a system message.
 */
export function adaptPrompt(json: JsonObject, adapter: Adapter): JsonObject {
  const prefix = adapter.systemPrefix ?? '';
  const suffix = adapter.systemSuffix ?? '';
  const messages = [...asArray(json.messages)];
  const first = messages.findIndex(isSystem);
  if (first === -1) {
    messages.unshift({ role: 'system', content: joined(prefix, suffix) });
    return { ...json, messages };
  }
  if (prefix !== '') messages[first] = surrounded(messages[first], prefix, '');
  const last = messages.findLastIndex(isSystem);
  if (suffix !== '') messages[last] = surrounded(messages[last], '', suffix);
  return { ...json, messages };
}

function isSystem(message: unknown): boolean {
  const role = asObject(message)?.role;
  return role === 'system' || role === 'developer';
}

function surrounded(message: unknown, before: string, after: string): unknown {
  if (!isObject(message)) return message;
  const { content } = message;
  if (Array.isArray(content)) {
    return { ...message, content: [...textPart(before), ...content, ...textPart(after)] };
  }
  return { ...message, content: joined(before, typeof content === 'string' ? content : '', after) };
}

function textPart(text: string): { type: 'text'; text: string }[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function joined(...pieces: string[]): string {
  return pieces.filter((piece) => piece !== '').join('\n\n');
}
