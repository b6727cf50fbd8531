import type { Usage } from '../../contract/records.ts';
import type { Frame, Relayed, StreamDecoder } from '../types.ts';
import { ContentTemplate, endsEvent } from './content-template.ts';

/** A decoder that can be told of content that it has not seen itself. */
export interface RepeatableDecoder extends StreamDecoder {
  /** Text that was relayed, as it stands inside a JSON string of these bytes. */
  noteText?(bytes: Uint8Array, start: number, end: number): void;
}

/** Shapes to learn before a stream counts as one whose events do not repeat; one that served this often is free. */
const MAX_LESSONS = 4;
const WORTH_IT = 8;

/**
 * Spares a passthrough stream the parsing of events that are like the last one but for their text, which is nearly all of
 * them: about half of a stream's cost. Everything else goes to the decoder behind it, and so does every byte while an event
 * is incomplete, so the frames are the same as without.
 */
export class RepeatDecoder implements RepeatableDecoder {
  readonly #inner: RepeatableDecoder;
  #template: ContentTemplate | null = null;
  #reasoning = false;
  /** The inner decoder holds no part of an event. */
  #aligned = true;
  #lessons = 0;
  #uses = 0;

  constructor(inner: RepeatableDecoder) {
    this.#inner = inner;
  }

  push(chunk: Uint8Array): Frame[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const template = this.#template;
    if (template !== null && this.#aligned && template.fits(bytes)) {
      this.#uses += 1;
      if (!this.#reasoning) this.noteText(bytes, template.textStart, template.textEnd);
      return [{ kind: 'content', bytes, reasoning: this.#reasoning }];
    }
    const frames = this.#inner.push(chunk);
    const startedAligned = this.#aligned;
    this.#aligned = endsEvent(bytes);
    if (frames.some(endsContent)) this.#close();
    else if (startedAligned && this.#aligned) this.#learn(bytes, frames);
    return frames;
  }

  end(): Frame[] {
    return this.#inner.end();
  }

  usage(): Usage | null {
    return this.#inner.usage();
  }

  model(): string | null {
    return this.#inner.model();
  }

  relayed(): Relayed | null {
    return this.#inner.noteText === undefined ? null : this.#inner.relayed();
  }

  noteText(bytes: Uint8Array, start: number, end: number): void {
    this.#inner.noteText?.(bytes, start, end);
  }

  /** The answer is over or broken: whatever follows means something else, even when it looks like content. */
  #close(): void {
    this.#template = null;
    this.#uses = 0;
    this.#lessons = MAX_LESSONS;
  }

  #learn(bytes: Buffer, frames: readonly Frame[]): void {
    const [frame] = frames;
    if (frames.length !== 1 || frame?.kind !== 'content' || frame.bytes.length !== bytes.length) return;
    if (this.#uses >= WORTH_IT) this.#lessons = 0;
    if (this.#lessons >= MAX_LESSONS) return;
    this.#lessons += 1;
    this.#uses = 0;
    this.#template = ContentTemplate.of(bytes);
    this.#reasoning = frame.reasoning;
  }
}

function endsContent({ kind }: Frame): boolean {
  return kind === 'finish' || kind === 'trailer' || kind === 'error';
}
