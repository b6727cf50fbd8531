import type { SwitchyardObject } from '#lib/contract/served-by.ts';
import { SERVED_BY_HEADERS } from '#lib/contract/served-by-headers.ts';
import type { FaceError } from '#lib/wire/types.ts';
import { EventWriter } from './event-writer.ts';
import type { EarlyStream, Exchange } from './exchange.ts';
import { idHeaders } from './respond.ts';

/** How long a streaming client hears nothing, ms. */
export interface WaitTimes {
  /** Until its 200 leaves, although nobody has answered yet. */
  early: number;
  /** The same for a flow that holds its answers until they are complete. */
  earlyBuffered: number;
  /** Between two signs of life. */
  keepAlive: number;
}

export const WAIT_TIMES: WaitTimes = { early: 20_000, earlyBuffered: 2_000, keepAlive: 10_000 };

/**
 * The stream of one client that may have to wait, before the first token or between two: proxies and clients give silent connections
 * up. One timer, which nothing but itself ever moves; it looks when it fires whether anything was written meanwhile.
 */
export class EarlyAnswer implements EarlyStream {
  readonly writer: EventWriter;
  readonly #exchange: Exchange;
  readonly #times: WaitTimes;
  #timer: NodeJS.Timeout;
  /** Until the 200 leaves by itself, ms. */
  #leftMs: number;
  #writes = 0;

  constructor(exchange: Exchange, times: WaitTimes, buffered: boolean) {
    this.writer = new EventWriter(exchange.request, exchange.response);
    this.#exchange = exchange;
    this.#times = times;
    this.#leftMs = buffered ? times.earlyBuffered : times.early;
    this.#timer = setTimeout(this.#onTimer, this.#nextMs());
  }

  fail(error: FaceError, switchyard: SwitchyardObject): void {
    const { format, id } = this.#exchange;
    this.finish(format.streamError(error, switchyard, id, null));
  }

  finish(events: string | Uint8Array): void {
    this.stop();
    this.writer.end([typeof events === 'string' ? Buffer.from(events) : events]);
  }

  /** The answer is complete, or its client has gone. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #onTimer = (): void => {
    const { response, format } = this.#exchange;
    if (response.writableEnded || response.destroyed) return;
    if (response.headersSent && !this.writer.begun) return;
    this.#leftMs -= this.#nextMs();
    if (!this.writer.begun && this.#leftMs <= 0) this.#begin();
    const silent = this.writer.begun && this.writer.writes === this.#writes;
    if (silent && !this.writer.full) this.writer.write([format.keepAlive]);
    this.#writes = this.writer.writes;
    this.#timer = setTimeout(this.#onTimer, this.#nextMs());
  };

  /** The next look: silence shows in steps, also in a stream that has begun long before its client would have had to wait. */
  #nextMs(): number {
    const { keepAlive } = this.#times;
    return this.#leftMs > 0 ? Math.min(this.#leftMs, keepAlive) : keepAlive;
  }

  /** Who serves is not known yet: the body says it. */
  #begin(): void {
    const { id, format, flow } = this.#exchange;
    const headers = idHeaders(id, format.requestIdHeader);
    if (flow !== null) headers.push(SERVED_BY_HEADERS.flow, flow.flow.slug);
    this.writer.begin(headers);
    this.#exchange.early = this;
  }
}
