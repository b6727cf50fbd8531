import type { Adapter, ProviderKind } from '../../contract/config.ts';
import type { JsonObject } from '../json.ts';
import type { Dialect } from '../types.ts';
import { limitTokens } from './limit-tokens.ts';
import { dropField, putField } from './parameters.ts';
import { type PromptShape, promptShape } from './prompt-shapes.ts';

export interface Adapted {
  body: JsonObject;
  /** What was done, in sentences for the trail; the flow's own words are not repeated in them. */
  notes: string[];
}

/** True when the adapter changes anything: only then is a request taken apart and written again. */
export function changesRequest(adapter: Adapter | null): adapter is Adapter {
  if (adapter === null) return false;
  const { systemPrefix = '', systemSuffix = '', replace = [], remove = [], set = {}, maxTokens } = adapter;
  return (
    systemPrefix !== '' ||
    systemSuffix !== '' ||
    replace.length > 0 ||
    remove.length > 0 ||
    maxTokens !== undefined ||
    Object.keys(set).length > 0
  );
}

/**
 * The one place where a flow's rules for a target are applied: on the body as it is about to be sent, in the target's own
 * dialect. In this order: find and replace, system prefix and suffix, parameters removed, parameters set, the token limit.
 * Pure; the given body is not changed.
 */
export function adaptBody(input: {
  dialect: Dialect;
  kind: ProviderKind;
  body: JsonObject;
  adapter: Adapter;
}): Adapted {
  const { adapter, dialect, kind } = input;
  const shape = promptShape(dialect);
  const notes: string[] = [];
  let body = replaceTexts(shape, input.body, adapter, notes);
  body = frameSystem(shape, body, adapter, notes);
  for (const name of adapter.remove ?? []) {
    const without = dropField(body, name.split('.'));
    if (without === body) continue;
    body = without;
    notes.push(`The flow's rules removed ${name}.`);
  }
  for (const [name, value] of Object.entries(adapter.set ?? {})) {
    body = putField(body, name.split('.'), value);
    notes.push(`The flow's rules set ${name}.`);
  }
  if (adapter.maxTokens !== undefined) {
    const limited = limitTokens({ dialect, kind, body, limit: adapter.maxTokens });
    if (limited !== body) notes.push(`The flow's rules limited the answer to ${adapter.maxTokens} tokens.`);
    body = limited;
  }
  return { body, notes };
}

function replaceTexts(shape: PromptShape, body: JsonObject, adapter: Adapter, notes: string[]): JsonObject {
  const rules = adapter.replace ?? [];
  if (rules.length === 0) return body;
  let found = 0;
  const replaced = shape.mapTexts(body, (text) => {
    let result = text;
    for (const { find, with: put } of rules) {
      const pieces = result.split(find);
      found += pieces.length - 1;
      result = pieces.join(put);
    }
    return result;
  });
  if (found === 0) return body;
  notes.push(`The flow's rules replaced text in ${found} ${found === 1 ? 'place' : 'places'} of the prompt.`);
  return replaced;
}

function frameSystem(shape: PromptShape, body: JsonObject, adapter: Adapter, notes: string[]): JsonObject {
  const prefix = adapter.systemPrefix ?? '';
  const suffix = adapter.systemSuffix ?? '';
  if (prefix === '' && suffix === '') return body;
  const where = [prefix === '' ? '' : 'before', suffix === '' ? '' : 'after'].filter((word) => word !== '');
  notes.push(`The flow's rules put text ${where.join(' and ')} the system prompt.`);
  return shape.frameSystem(body, prefix, suffix);
}
