import { chatQuirks } from '../compatible/chat-quirks.ts';
import { asArray, asObject, isObject, type JsonObject, parseJson } from '../json.ts';
import type { UpstreamRequest, UpstreamTarget } from '../types.ts';

/**
 * A request that ends in an assistant's turn, in the form in which this target's endpoint goes on with it instead of answering it.
 * Most need no more than the turn.
 */
export function asPrefill(built: UpstreamRequest, target: UpstreamTarget): UpstreamRequest {
  if (built.dialect !== 'openai-chat' || target.kind !== 'openai-compatible') return built;
  const edit = editFor(chatQuirks(target).vendor);
  const json = asObject(parseJson(Buffer.from(built.body).toString('utf8')));
  return edit === null || json === null ? built : { ...built, body: JSON.stringify(edit(json)) };
}

function editFor(vendor: string): ((json: JsonObject) => JsonObject) | null {
  switch (vendor) {
    case 'Mistral':
    case 'DeepSeek':
      return markedAsPrefix;
    case 'This server':
      // vLLM and SGLang open a new turn otherwise; Ollama and llama.cpp go on by themselves and pass over the fields.
      return (json) => ({ ...json, continue_final_message: true, add_generation_prompt: false });
    default:
      return null;
  }
}

function markedAsPrefix(json: JsonObject): JsonObject {
  const messages = asArray(json.messages);
  const last = messages.at(-1);
  if (!isObject(last)) return json;
  return { ...json, messages: [...messages.slice(0, -1), { ...last, prefix: true }] };
}
