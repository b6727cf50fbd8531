import type { CanonicalMessage, CanonicalPart, CanonicalSource } from '../canonical-request.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import type { TranslationLog } from '../translation-log.ts';
import type { UpstreamTarget } from '../types.ts';
import { mediaTypeOfUrl } from './media-type.ts';
import { geminiTraits } from './model-traits.ts';

interface Content {
  role: 'user' | 'model';
  parts: JsonObject[];
}

/** Google's own mark for a call that another model made: generation 3 refuses one without a signature. */
const SIGNED_ELSEWHERE = 'skip_thought_signature_validator';

/**
 * Turns as Google takes them: neighbours of one role merged, but function responses in a turn of their own right behind the calls,
 * the user's turn first. Results name their function, which is found by the call's id.
 */
export class ContentsEncoder {
  readonly #log: TranslationLog;
  readonly #callIds: boolean;
  readonly #third: boolean;
  readonly #names = new Map<string, string>();
  readonly #contents: Content[] = [];

  constructor({ kind, model }: UpstreamTarget, log: TranslationLog) {
    this.#log = log;
    // Vertex pairs calls and results by name and order, and refuses ids.
    this.#callIds = kind === 'google';
    this.#third = geminiTraits(model).third;
  }

  encode(messages: readonly CanonicalMessage[]): Content[] {
    for (const [at, { role, parts }] of messages.entries()) {
      const field = `messages[${at}].content`;
      if (role === 'assistant') this.#append('model', this.#assistantParts(parts, field));
      else this.#userTurn(parts, field);
    }
    if (this.#contents[0]?.role === 'model') {
      this.#contents.unshift({ role: 'user', parts: [{ text: '.' }] });
      this.#log.note('A turn of the user ("." alone) was put first: Google wants one there.');
    }
    return this.#contents;
  }

  #append(role: Content['role'], parts: JsonObject[]): void {
    if (parts.length === 0) return;
    const last = this.#contents.at(-1);
    if (last?.role === role && isResponses(last.parts) === isResponses(parts)) last.parts.push(...parts);
    else this.#contents.push({ role, parts });
  }

  #assistantParts(parts: readonly CanonicalPart[], field: string): JsonObject[] {
    let unsigned = this.#third;
    return parts.flatMap((part, at) => {
      if (part.kind !== 'tool_call') return this.#part(part, `${field}[${at}]`);
      this.#names.set(part.id, part.name);
      const functionCall = { name: part.name, args: argsOf(part.arguments), ...this.#id(part.id) };
      // Of parallel calls only the first carries a signature.
      const signature = unsigned ? { thoughtSignature: SIGNED_ELSEWHERE } : {};
      unsigned = false;
      return [{ functionCall, ...signature }];
    });
  }

  #userTurn(parts: readonly CanonicalPart[], field: string): void {
    const results: JsonObject[] = [];
    const others: JsonObject[] = [];
    for (const [at, part] of parts.entries()) {
      if (part.kind === 'tool_result') this.#result(part, `${field}[${at}]`, results, others);
      else others.push(...this.#part(part, `${field}[${at}]`));
    }
    this.#append('user', results);
    this.#append('user', others);
  }

  /** The text goes into the response, images beside it where the model takes them there, else into the turn behind it. */
  #result(
    { callId, parts, isError }: Extract<CanonicalPart, { kind: 'tool_result' }>,
    field: string,
    results: JsonObject[],
    others: JsonObject[],
  ): void {
    const name = this.#names.get(callId);
    if (name === undefined) {
      this.#log.cannot('tool_call_id', 'answers a call that is not in the conversation.');
      return;
    }
    const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
    const media = parts.flatMap((part, at) =>
      part.kind === 'text' ? [] : this.#part(part, `${field}[${at}]`),
    );
    const inside = this.#third ? media.filter(({ inlineData }) => inlineData !== undefined) : [];
    results.push({
      functionResponse: {
        name,
        response: { [isError ? 'error' : 'output']: texts.join('\n') },
        ...(inside.length === 0 ? {} : { parts: inside }),
        ...this.#id(callId),
      },
    });
    others.push(...media.filter((part) => !inside.includes(part)));
  }

  #id(id: string): { id?: string } {
    return this.#callIds ? { id } : {};
  }

  #part(part: CanonicalPart, field: string): JsonObject[] {
    switch (part.kind) {
      case 'text':
      case 'refusal':
        return part.text === '' ? [] : [{ text: part.text }];
      case 'image':
        if (part.detail === 'low' || part.detail === 'high') {
          this.#log.leaveOut('image_url.detail', 'Google');
        }
        return this.#media(part.source, 'image/jpeg', field);
      case 'file':
        return this.#media(part.source, part.mediaType ?? 'application/pdf', field);
      case 'audio':
        return [{ inlineData: { mimeType: `audio/${part.format}`, data: part.data } }];
      case 'thinking':
        this.#log.leaveOutReasoning();
        return [];
      case 'opaque':
        this.#log.leaveOutState(part.what);
        return [];
      case 'tool_call':
      case 'tool_result':
        this.#log.cannot(field, 'does not stand where a tool call or its result can stand.');
        return [];
      default:
        return part satisfies never;
    }
  }

  /** Google fetches https URLs by itself, and wants to be told what it will find; the URL's ending says, else `fallback`. */
  #media(source: CanonicalSource, fallback: string, field: string): JsonObject[] {
    switch (source.type) {
      case 'base64':
        return [{ inlineData: { mimeType: source.mediaType, data: source.data } }];
      case 'url': {
        if (!/^https:/i.test(source.url)) {
          this.#log.cannot(field, 'is a plain http URL, and Google fetches only https.');
          return [];
        }
        return [{ fileData: { mimeType: mediaTypeOfUrl(source.url) ?? fallback, fileUri: source.url } }];
      }
      case 'vendor_id':
        this.#log.cannot(field, "is another vendor's file.");
        return [];
      default:
        return source satisfies never;
    }
  }
}

function isResponses(parts: readonly JsonObject[]): boolean {
  return parts[0]?.functionResponse !== undefined;
}

/** Google takes only objects: arguments that a model cut short are kept as text under one key. */
function argsOf(text: string): JsonObject {
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : { arguments: text };
}
