import { asObject, asText, type JsonObject } from '../json.ts';
import { isOwnId } from './ids.ts';

/**
 * A conversation that another vendor answered for a while holds items that were made here. OpenAI looks up the ids of a request's
 * items and refuses those that it does not have, so: reasoning (which is nothing without its id) goes, everything else keeps
 * its content and loses its id. The same object comes back when there is nothing to do.
 */
export function withoutOwnIds(json: JsonObject): JsonObject {
  const { input } = json;
  if (!Array.isArray(input) || !input.some((item) => isOwnId(asObject(item)?.id))) return json;
  return { ...json, input: input.flatMap(portable) };
}

function portable(value: unknown): unknown[] {
  const item = asObject(value);
  if (item === null || !isOwnId(item.id)) return [value];
  if (item.type === 'reasoning') return [];
  const { id: _, ...rest } = item;
  return [rest];
}

/** The sentence about a reference to something that was made here: its content is nowhere but at the client. */
export function ownReference(json: JsonObject): { message: string; param: string } | null {
  if (isOwnId(json.previous_response_id)) {
    return {
      message:
        '`previous_response_id` names a response that another vendor gave, which nobody keeps: send the conversation itself as `input`.',
      param: 'previous_response_id',
    };
  }
  const { input } = json;
  const at = Array.isArray(input) ? input.findIndex(isOwnReference) : -1;
  if (at === -1) return null;
  return {
    message: `\`input[${at}]\` refers to an item that another vendor gave, which nobody keeps: send the item itself (with the AI SDK: \`store: false\`).`,
    param: `input[${at}]`,
  };
}

function isOwnReference(value: unknown): boolean {
  const item = asObject(value);
  return item !== null && isReference(item) && isOwnId(item.id);
}

/** `{type: "item_reference", id}`; the type may be left out. */
export function isReference(item: JsonObject): boolean {
  if (item.type === 'item_reference') return true;
  return (
    (item.type === undefined || item.type === null) && item.role === undefined && asText(item.id) !== null
  );
}
