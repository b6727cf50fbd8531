import { asArray, asObject, isObject, type JsonObject } from '../json.ts';

/**
 * Stands for the signature of reasoning that a model of another vendor gave: clients keep it and send it back, and it is known again
 * before Anthropic could refuse it.
 */
export const OWN_SIGNATURE = 'switchyard:unsigned';
export const OWN_SIGNATURE_BYTES: Buffer = Buffer.from(OWN_SIGNATURE);

/**
 * The request without reasoning blocks of other vendors' models. Anthropic wants the reasoning of a tool loop back while it is asked
 * to reason with a budget; where that was taken out, the loop goes on without reasoning.
 */
export function withoutOwnThinking(json: JsonObject): JsonObject {
  let loopBroken = false;
  const list = asArray(json.messages);
  const inLoop = asArray(asObject(list.at(-1))?.content).some(
    (block) => asObject(block)?.type === 'tool_result',
  );
  const messages = list.flatMap((item, at) => {
    const message = asObject(item);
    if (message === null || !Array.isArray(message.content)) return [item];
    const content = message.content.filter((block) => !isOwnThinking(block));
    if (content.length === message.content.length) return [item];
    if (inLoop && at === list.length - 2) loopBroken = true;
    return content.length === 0 ? [] : [{ ...message, content }];
  });
  if (!loopBroken || asObject(json.thinking)?.type !== 'enabled') return { ...json, messages };
  const { thinking: _thinking, ...rest } = json;
  return { ...rest, messages };
}

function isOwnThinking(block: unknown): boolean {
  return isObject(block) && block.type === 'thinking' && block.signature === OWN_SIGNATURE;
}
