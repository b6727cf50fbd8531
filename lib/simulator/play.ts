import type { ServerResponse } from 'node:http';
import type { FaultRule } from '#lib/contract/simulator.ts';
import type { Dialect, Exchange, HttpReply } from './dialect.ts';
import { pause, type Timing, untilAborted } from './timing.ts';

/** One answer on its way to one client. */
export interface Play {
  response: ServerResponse;
  dialect: Dialect;
  exchange: Exchange;
  /** The fault that this call meets, if any. */
  rule: FaultRule | null;
  timing: Timing;
  headers: Record<string, string>;
  /** Aborts when the client's connection closes. */
  gone: AbortSignal;
}

/** `slow_first_token` without a delay of its own. */
export const DEFAULT_DELAY_MS = 20_000;
/** `rate_limit` without a wait of its own. */
export const DEFAULT_RETRY_AFTER_SECONDS = 20;
/** Content events that still arrive before a stream is cut, stalls or fails. */
const PIECES_BEFORE_BREAK = 4;
/** Bytes a write under `odd_framing`: no event and few characters beyond ASCII arrive whole. */
const ODD_BYTES = 7;

/** Sends a whole JSON answer. */
export function sendReply(response: ServerResponse, reply: HttpReply): void {
  const body = JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    ...reply.headers,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** What a proxy in front of a vendor says. */
export function sendPage(response: ServerResponse, status: number, title: string): void {
  const body = `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
  response.writeHead(status, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** The answer that is not streamed: all at once, when the model is done. */
export async function playWhole(play: Play): Promise<void> {
  const { exchange, response } = play;
  const pieces = exchange.answers[0]?.pieces.length ?? 0;
  let thinking = firstTokenMs(play);
  for (let n = 0; n < pieces; n++) thinking += play.timing.pieceMs();
  if (!(await pause(thinking, play.gone))) return;
  const body = play.dialect.completion(exchange);
  const fault = play.rule?.fault;
  if (fault !== 'cut_stream' && fault !== 'stalled_stream' && fault !== 'truncated_stream') {
    sendReply(response, { status: 200, headers: play.headers, body });
    return;
  }
  const bytes = Buffer.from(JSON.stringify(body));
  if (fault === 'truncated_stream') {
    // No length, and a clean end: nothing but the JSON itself says that half of it is missing.
    response.writeHead(200, { ...play.headers, 'content-type': 'application/json' });
    response.end(bytes.subarray(0, Math.ceil(bytes.length / 2)));
    return;
  }
  response.writeHead(200, {
    ...play.headers,
    'content-type': 'application/json',
    'content-length': bytes.length,
  });
  await write(response, bytes.subarray(0, Math.ceil(bytes.length / 2)));
  await breakOff(play, fault);
}

/** The streamed answer, event by event, until its end or its fault. */
export async function playStream(play: Play): Promise<void> {
  const { response, timing, gone } = play;
  const fault = play.rule?.fault;
  const late = fault === 'slow_first_token';
  const opening = late ? timing.firstTokenMs(play.exchange.prompt.model) : firstTokenMs(play);
  if (!(await pause(opening, gone))) return;
  const type = { 'content-type': play.dialect.streamType, 'cache-control': 'no-cache' };
  response.writeHead(200, { ...type, ...play.headers });
  response.flushHeaders();
  let pieces = 0;
  for (const block of play.dialect.stream(play.exchange)) {
    if (block.phase === 'closing' && fault === 'truncated_stream') continue;
    if (block.phase === 'content') {
      const waitMs = late && pieces === 0 ? firstTokenMs(play) : timing.pieceMs();
      if (!(await pause(waitMs, gone))) return;
      pieces++;
    }
    await writeBlock(play, block.bytes);
    if (gone.aborted) return;
    if (block.phase !== 'content') continue;
    if (pieces === 2 && fault === 'malformed_event') await write(response, play.dialect.malformedEvent);
    if (pieces !== PIECES_BEFORE_BREAK) continue;
    if (fault === 'cut_stream' || fault === 'stalled_stream') return breakOff(play, fault);
    if (fault === 'stream_error') {
      response.end(play.dialect.streamError(play.exchange.requestId));
      return;
    }
  }
  if (fault === 'late_error') await write(response, play.dialect.streamError(play.exchange.requestId));
  response.end();
}

/** Bytes of a block in one write; in many, with other line ends and comments between, under `odd_framing`. */
async function writeBlock({ rule, response, gone }: Play, bytes: string | Uint8Array): Promise<void> {
  if (rule?.fault !== 'odd_framing') return write(response, bytes);
  const odd =
    typeof bytes === 'string'
      ? Buffer.from(`: still here\r\n\r\n${bytes.replace(/\r?\n/g, '\r\n').replaceAll('data: ', 'data:')}`)
      : bytes;
  for (let from = 0; from < odd.length && !gone.aborted; from += ODD_BYTES) {
    await write(response, odd.subarray(from, from + ODD_BYTES));
  }
}

/** `cut_stream` closes the connection in the middle, `stalled_stream` leaves it open and silent. */
async function breakOff(play: Play, fault: 'cut_stream' | 'stalled_stream'): Promise<void> {
  if (fault === 'cut_stream') play.response.socket?.destroy();
  else await untilAborted(play.gone);
}

function firstTokenMs(play: Play): number {
  if (play.rule?.fault === 'slow_first_token') return play.rule.delayMs ?? DEFAULT_DELAY_MS;
  return play.timing.firstTokenMs(play.exchange.prompt.model);
}

/** Resolves once the bytes are out, or will never be. */
function write(response: ServerResponse, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.write(bytes, () => resolve());
  });
}
