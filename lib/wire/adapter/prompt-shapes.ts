import { asArray, asObject, isObject, type JsonObject } from '../json.ts';
import type { Dialect } from '../types.ts';

type MapText = (text: string) => string;

/** Where a dialect keeps the texts of a prompt. Tools, their arguments and their results are data, not prompt. */
export interface PromptShape {
  /** The body with every text of the prompt passed through `map`, the system prompt included. */
  mapTexts(body: JsonObject, map: MapText): JsonObject;
  /** The body with text before and after its system prompt, set apart by a blank line; one is made where there is none. */
  frameSystem(body: JsonObject, prefix: string, suffix: string): JsonObject;
}

export function promptShape(dialect: Dialect): PromptShape {
  switch (dialect) {
    case 'openai-chat':
    case 'ollama-chat':
      return CHAT;
    case 'openai-responses':
      return RESPONSES;
    case 'anthropic-messages':
      return MESSAGES;
    case 'gemini':
      return GEMINI;
    case 'bedrock-converse':
      return CONVERSE;
    default:
      return dialect satisfies never;
  }
}

const CHAT: PromptShape = {
  mapTexts: (body, map) => ({ ...body, messages: mapTurns(body.messages, 'content', map) }),
  frameSystem: (body, prefix, suffix) => {
    const messages = [...asArray(body.messages)];
    const first = messages.findIndex(isSystem);
    if (first === -1) {
      return { ...body, messages: [{ role: 'system', content: joined(prefix, suffix) }, ...messages] };
    }
    messages[first] = framedTurn(messages[first], prefix, '');
    const last = messages.findLastIndex(isSystem);
    messages[last] = framedTurn(messages[last], '', suffix);
    return { ...body, messages };
  },
};

const RESPONSES: PromptShape = {
  mapTexts: (body, map) => ({
    ...body,
    ...(typeof body.instructions === 'string' ? { instructions: map(body.instructions) } : {}),
    input: typeof body.input === 'string' ? map(body.input) : mapTurns(body.input, 'content', map),
  }),
  frameSystem: (body, prefix, suffix) => ({
    ...body,
    instructions: joined(prefix, typeof body.instructions === 'string' ? body.instructions : '', suffix),
  }),
};

const MESSAGES: PromptShape = {
  mapTexts: (body, map) => ({
    ...body,
    ...(body.system === undefined ? {} : { system: mapContent(body.system, map) }),
    messages: mapTurns(body.messages, 'content', map),
  }),
  frameSystem: (body, prefix, suffix) => {
    const { system } = body;
    if (!Array.isArray(system)) {
      return { ...body, system: joined(prefix, typeof system === 'string' ? system : '', suffix) };
    }
    // A client that sends several blocks marks the first by its place, so it stays first.
    const kept = system.length > 1 ? system.slice(0, 1) : [];
    const blocks = [...kept, ...textBlocks(prefix), ...system.slice(kept.length), ...textBlocks(suffix)];
    return { ...body, system: blocks };
  },
};

const GEMINI: PromptShape = {
  mapTexts: (body, map) => ({
    ...body,
    ...(isObject(body.systemInstruction)
      ? { systemInstruction: mapParts(body.systemInstruction, 'parts', map) }
      : {}),
    contents: mapTurns(body.contents, 'parts', map),
  }),
  frameSystem: (body, prefix, suffix) => {
    const system = asObject(body.systemInstruction) ?? {};
    const parts = [...bareTexts(prefix), ...asArray(system.parts), ...bareTexts(suffix)];
    return { ...body, systemInstruction: { ...system, parts } };
  },
};

const CONVERSE: PromptShape = {
  mapTexts: (body, map) => ({
    ...body,
    ...(Array.isArray(body.system) ? { system: body.system.map((part) => mapPart(part, map)) } : {}),
    messages: mapTurns(body.messages, 'content', map),
  }),
  frameSystem: (body, prefix, suffix) => ({
    ...body,
    system: [...bareTexts(prefix), ...asArray(body.system), ...bareTexts(suffix)],
  }),
};

function mapTurns(turns: unknown, field: 'content' | 'parts', map: MapText): unknown {
  if (!Array.isArray(turns)) return turns;
  return turns.map((turn) => (isObject(turn) && turn.role !== 'tool' ? mapParts(turn, field, map) : turn));
}

function mapParts(holder: JsonObject, field: 'content' | 'parts', map: MapText): JsonObject {
  return holder[field] === undefined ? holder : { ...holder, [field]: mapContent(holder[field], map) };
}

function mapContent(content: unknown, map: MapText): unknown {
  if (typeof content === 'string') return map(content);
  return Array.isArray(content) ? content.map((part) => mapPart(part, map)) : content;
}

/** Reasoning of earlier turns is the model's own and may be signed: it stays. */
function mapPart(part: unknown, map: MapText): unknown {
  if (!isObject(part) || typeof part.text !== 'string' || part.thought === true) return part;
  const type = part.type ?? 'text';
  const isText = type === 'text' || type === 'input_text' || type === 'output_text';
  return isText ? { ...part, text: map(part.text) } : part;
}

function isSystem(message: unknown): boolean {
  const role = asObject(message)?.role;
  return role === 'system' || role === 'developer';
}

function framedTurn(message: unknown, before: string, after: string): unknown {
  if (!isObject(message)) return message;
  const { content } = message;
  if (Array.isArray(content)) {
    return { ...message, content: [...textBlocks(before), ...content, ...textBlocks(after)] };
  }
  return { ...message, content: joined(before, typeof content === 'string' ? content : '', after) };
}

const textBlocks = (text: string): object[] => (text === '' ? [] : [{ type: 'text', text }]);
const bareTexts = (text: string): object[] => (text === '' ? [] : [{ text }]);

function joined(...pieces: string[]): string {
  return pieces.filter((piece) => piece !== '').join('\n\n');
}
