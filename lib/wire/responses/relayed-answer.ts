import { asArray, asNumber, asObject, asText, type JsonObject } from '../json.ts';
import { RELAYED_LIMIT, RelayedText } from '../relayed-text.ts';
import type { Relayed } from '../types.ts';

/** A reasoning item that the client has seen the beginning of. */
interface OpenReasoning {
  id: string;
  /** Texts of its summary by `summary_index`, and of its content by `content_index`. */
  summary: string[];
  content: string[];
}

/**
 * Follows a stream that is passed through, to know whether its answer could be continued elsewhere: reasoning, then one message with
 * one text, and nothing that another model could not take up (a tool call, a refusal, a citation, log probabilities).
 */
export class RelayedAnswer {
  readonly #text = new RelayedText();
  #id: string | null = null;
  #model = '';
  #created: number | null = null;
  #items: JsonObject[] = [];
  #kept = 0;
  #reasoning: OpenReasoning | null = null;
  #itemId: string | null = null;

  /** Reads one event that is relayed; `size` is its length in bytes. */
  note(type: string, json: JsonObject, size: number): void {
    if (this.#text.text() === null) return;
    switch (type) {
      case 'response.created':
        this.#start(asObject(json.response) ?? {});
        return;
      case 'response.output_item.added':
        this.#startItem(asObject(json.item) ?? {}, asNumber(json.output_index));
        return;
      case 'response.output_item.done':
        this.#endItem(asObject(json.item) ?? {}, size);
        return;
      case 'response.content_part.added':
        this.#startPart(asObject(json.part) ?? {}, json);
        return;
      case 'response.output_text.delta':
        this.#addText(json);
        return;
      case 'response.reasoning_summary_text.delta':
        this.#addReasoning('summary', asNumber(json.summary_index), asText(json.delta));
        return;
      case 'response.reasoning_text.delta':
        this.#addReasoning('content', asNumber(json.content_index), asText(json.delta));
        return;
      default:
        if (!HARMLESS.has(type)) this.#text.spoil();
    }
  }

  /** `sequence`: the last number that was relayed. */
  relayed(sequence: number | null): Relayed | null {
    const text = this.#text.text();
    if (text === null || this.#id === null) return null;
    return {
      face: 'responses',
      id: this.#id,
      model: this.#model,
      created: this.#created,
      text,
      textIndex: this.#items.length + (this.#reasoning === null ? 0 : 1),
      itemId: this.#itemId,
      sequence,
      items: this.#reasoning === null ? this.#items : [...this.#items, unfinished(this.#reasoning)],
    };
  }

  #start(response: JsonObject): void {
    this.#id = asText(response.id);
    this.#model = asText(response.model) ?? '';
    this.#created = asNumber(response.created_at);
  }

  #startItem(item: JsonObject, index: number | null): void {
    const id = asText(item.id);
    const inOrder = this.#itemId === null && this.#reasoning === null && index === this.#items.length;
    // Commentary is followed by more than the text that it consists of.
    if (id === null || !inOrder || item.phase === 'commentary') this.#text.spoil();
    else if (item.type === 'reasoning') this.#reasoning = { id, summary: [], content: [] };
    else if (item.type === 'message' && asArray(item.content).length === 0) this.#itemId = id;
    else this.#text.spoil();
  }

  #endItem(item: JsonObject, size: number): void {
    this.#kept += size;
    const expected = this.#reasoning !== null && item.id === this.#reasoning.id;
    if (!expected || this.#kept > RELAYED_LIMIT) this.#text.spoil();
    this.#reasoning = null;
    this.#items.push(item);
  }

  #startPart(part: JsonObject, { item_id, content_index }: JsonObject): void {
    if (part.type === 'reasoning_text' && item_id === this.#reasoning?.id) return;
    const first = item_id === this.#itemId && content_index === 0 && part.type === 'output_text';
    if (!first || asText(part.text) !== null) this.#text.spoil();
  }

  #addText({ item_id, content_index, delta, logprobs }: JsonObject): void {
    const continuable = item_id === this.#itemId && content_index === 0 && asArray(logprobs).length === 0;
    if (continuable && typeof delta === 'string') this.#text.add(delta);
    else this.#text.spoil();
  }

  #addReasoning(where: 'summary' | 'content', index: number | null, delta: string | null): void {
    if (delta === null) return;
    this.#kept += delta.length;
    const pieces = this.#reasoning?.[where];
    const at = index ?? 0;
    if (pieces === undefined || at > pieces.length || at < 0 || this.#kept > RELAYED_LIMIT)
      this.#text.spoil();
    else pieces[at] = (pieces[at] ?? '') + delta;
  }
}

/** Events that add nothing to what the ones above tell. The closing of the text is not among them: nothing can follow it. */
const HARMLESS: ReadonlySet<string> = new Set([
  'response.in_progress',
  'response.queued',
  'response.reasoning_summary_part.added',
  'response.reasoning_summary_part.done',
  'response.reasoning_summary_text.done',
  'response.reasoning_text.done',
]);

function unfinished({ id, summary, content }: OpenReasoning): JsonObject {
  return {
    id,
    type: 'reasoning',
    summary: summary.map((text) => ({ type: 'summary_text', text })),
    ...(content.length === 0 ? {} : { content: content.map((text) => ({ type: 'reasoning_text', text })) }),
    status: 'incomplete',
  };
}
