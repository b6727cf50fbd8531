import type { CanonicalEvent } from '../canonical.ts';
import { classifyInBand } from '../classify.ts';
import { protocolViolation } from '../failures.ts';
import { asArray, asObject, asText, type JsonObject, parseJson } from '../json.ts';
import { type SseFrame, SseSplitter } from '../sse.ts';
import type { EventSource } from '../types.ts';
import { GeminiBlocks } from './blocks.ts';
import { JsonElements } from './json-elements.ts';
import { blocked, endingOf } from './stop-reason.ts';
import { GeminiUsage } from './usage.ts';

/** Answers of `generateContent`, whole or in pieces, as canonical events. */
export class GeminiAnswer {
  readonly #usage = new GeminiUsage();
  readonly #blocks = new GeminiBlocks();
  #id = '';
  #model: string | null = null;
  #started = false;
  #finished = false;

  model(): string | null {
    return this.#model;
  }

  /** A reason to finish came, or an error in place of one. */
  finished(): boolean {
    return this.#finished;
  }

  read(json: JsonObject): CanonicalEvent[] {
    if (reportsError(json)) return [{ type: 'error', failure: classifyInBand(json) }];
    const candidate = asObject(asArray(json.candidates)[0]);
    const events = this.#start(json);
    if (this.#usage.add(json.usageMetadata)) events.push({ type: 'usage', usage: this.#usage.total() });
    if (!this.#finished) {
      if (candidate !== null) events.push(...this.#readCandidate(candidate));
      if (!this.#finished) events.push(...this.#readBlock(asObject(json.promptFeedback)));
    }
    return events.length === 0 ? [{ type: 'ping' }] : events;
  }

  #start(json: JsonObject): CanonicalEvent[] {
    this.#model ??= asText(json.modelVersion);
    if (this.#started || (json.candidates === undefined && json.responseId === undefined)) return [];
    this.#started = true;
    this.#id = asText(json.responseId) ?? 'gemini';
    return [{ type: 'message_start', id: this.#id, model: this.#model ?? '' }];
  }

  #readCandidate(candidate: JsonObject): CanonicalEvent[] {
    const events: CanonicalEvent[] = [];
    for (const part of asArray(asObject(candidate.content)?.parts)) {
      events.push(...this.#blocks.read(asObject(part) ?? {}, this.#id));
    }
    const reason = asText(candidate.finishReason);
    if (reason === null || reason === 'FINISH_REASON_UNSPECIFIED') return events;
    this.#finished = true;
    const ending = endingOf(reason, this.#blocks.called);
    const nothing = ending.type === 'stop' && ending.reason === 'content_filter' && !this.#blocks.any;
    const failed: CanonicalEvent = { type: 'error', failure: blocked('answer', reason, null) };
    events.push(...this.#blocks.close(), nothing ? failed : ending);
    return events;
  }

  /** A prompt that is refused has no candidates; a filter that steps in later has let some through. */
  #readBlock(feedback: JsonObject | null): CanonicalEvent[] {
    const reason = asText(feedback?.blockReason);
    if (reason === null || /^BLOCK(ED)?_REASON_UNSPECIFIED$/.test(reason)) return [];
    this.#finished = true;
    if (this.#blocks.any) {
      return [...this.#blocks.close(), { type: 'stop', reason: 'content_filter' }];
    }
    return [{ type: 'error', failure: blocked('prompt', reason, asText(feedback?.blockReasonMessage)) }];
  }
}

function reportsError(json: JsonObject): boolean {
  return asObject(json.error) !== null || asText(json.error) !== null || json.event_type === 'error';
}

/**
 * Google's stream as canonical events: server-sent events, and an array of JSON or bare JSON where the wish for events was not heard.
 * An error may come as an event or as bare JSON between events. Nothing but a `finishReason` finishes an answer.
 */
export class GeminiEvents implements EventSource {
  readonly #splitter = new SseSplitter();
  readonly #answer = new GeminiAnswer();
  #elements: JsonElements | null = null;
  #begun = false;

  push(chunk: Uint8Array): CanonicalEvent[] {
    const bytes = this.#begun ? chunk : this.#begin(chunk);
    if (this.#elements === null) {
      return this.#splitter.push(bytes).flatMap((frame) => this.#readFrame(frame));
    }
    return this.#elements.push(bytes).flatMap((text) => this.#readText(text));
  }

  end(): CanonicalEvent[] {
    const events = this.#splitter.end().flatMap((frame) => this.#readFrame(frame));
    if (this.#answer.finished()) events.push({ type: 'end' });
    return events;
  }

  model(): string | null {
    return this.#answer.model();
  }

  /** The first byte that is not white space tells JSON from events; what stands before it says nothing. */
  #begin(chunk: Uint8Array): Uint8Array {
    const start = chunk.findIndex((byte) => byte > 0x20);
    if (start === -1) return NOTHING;
    this.#begun = true;
    if (chunk[start] === 0x5b || chunk[start] === 0x7b) this.#elements = new JsonElements();
    return chunk.subarray(start);
  }

  #readFrame(frame: SseFrame): CanonicalEvent[] {
    if (frame.data === null) return this.#withoutData(frame.raw);
    if (frame.data === '' || frame.data === '[DONE]') return [{ type: 'ping' }];
    return this.#readText(frame.data);
  }

  #readText(text: string): CanonicalEvent[] {
    const json = parseJson(text);
    const answers = (Array.isArray(json) ? json : [json]).map(asObject);
    return answers.flatMap((answer) => (answer === null ? [malformed] : this.#answer.read(answer)));
  }

  /** Comments and blank lines are life; an error's bare JSON and a page of HTML are not. */
  #withoutData(raw: Buffer): CanonicalEvent[] {
    const text = raw.toString('utf8').trim();
    if (text.startsWith('{') || text.startsWith('[')) return this.#readText(text);
    if (!text.startsWith('<')) return [{ type: 'ping' }];
    const failure = protocolViolation('The provider did not answer with a stream of events.', 'not_a_stream');
    return [{ type: 'error', failure }];
  }
}

const NOTHING = new Uint8Array(0);
const malformed: CanonicalEvent = { type: 'malformed' };
