import type { VendorState } from '../canonical-request.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import { isReference } from './own-items.ts';

/** What of a request means something to one vendor or account only. Reasoning may be left out elsewhere; nothing else may. */
export function vendorStateOf(json: JsonObject): VendorState[] {
  return [
    ...pinned('previous_response_id', asText(json.previous_response_id)),
    ...pinned('a conversation', asText(json.conversation) ?? asText(asObject(json.conversation)?.id)),
    ...pinned('a stored prompt', asText(asObject(json.prompt)?.id)),
    ...asArray(json.input).flatMap(stateOfItem),
    ...asArray(json.tools).flatMap(stateOfTool),
  ];
}

function pinned(what: string, id: string | null): VendorState[] {
  return id === null ? [] : [{ what, strippable: false, id }];
}

function stateOfItem(value: unknown): VendorState[] {
  const item = asObject(value);
  if (item === null) return [];
  if (isReference(item)) return pinned('an item reference', asText(item.id));
  switch (item.type) {
    case 'reasoning':
      return [reasoningState(item)];
    case 'compaction':
      return [{ what: 'a compacted conversation', strippable: false, id: asText(item.id) }];
    case 'function_call_output':
    case 'custom_tool_call_output':
      return asArray(item.output).flatMap(stateOfPart);
    default:
      return asArray(item.content).flatMap(stateOfPart);
  }
}

/** Reasoning of an earlier turn, as far as its vendor wants it back. */
export function reasoningState(item: JsonObject): VendorState {
  const encrypted = asText(item.encrypted_content) !== null;
  return {
    what: encrypted ? 'encrypted reasoning' : 'a reasoning item',
    strippable: true,
    id: asText(item.id),
  };
}

function stateOfPart(value: unknown): VendorState[] {
  return pinned('a file id', asText(asObject(value)?.file_id));
}

function stateOfTool(value: unknown): VendorState[] {
  const tool = asObject(value);
  const stores = asArray(tool?.vector_store_ids).flatMap((id) => pinned('a vector store', asText(id)));
  return [...stores, ...pinned('a container', asText(tool?.container))];
}
