import type { ServerResponse } from 'node:http';
import type { SwitchyardObject } from '#lib/contract/served-by.ts';
import { SERVED_BY_HEADERS } from '#lib/contract/served-by-headers.ts';
import { insertSwitchyard } from '#lib/wire/openai/served-by.ts';
import type { FaceFormat } from '#lib/wire/types.ts';
import type { HttpError } from './http-error.ts';
import type { RawError } from './raw-errors.ts';

/** Header names and values, one after the other, as `writeHead` takes them fastest. */
export type HeaderList = string[];

type RequestIdHeader = FaceFormat['requestIdHeader'];

/** The ids that every answer carries, under our name and under the one that the dialect's clients read. */
export function idHeaders(requestId: string, own: RequestIdHeader): HeaderList {
  return [SERVED_BY_HEADERS.requestId, requestId, own, requestId];
}

/** The served-by contract as headers. `servedByHeader`: `provider/endpoint/model`; null when nobody served. */
export function contractHeaders(
  switchyard: SwitchyardObject,
  servedByHeader: string | null,
  own: RequestIdHeader,
): HeaderList {
  const headers = idHeaders(switchyard.requestId, own);
  if (switchyard.flow !== '') headers.push(SERVED_BY_HEADERS.flow, switchyard.flow);
  if (servedByHeader !== null) headers.push(SERVED_BY_HEADERS.servedBy, servedByHeader);
  headers.push(SERVED_BY_HEADERS.attempts, String(switchyard.attempts));
  headers.push(SERVED_BY_HEADERS.degraded, String(switchyard.degraded));
  if (switchyard.degradedReason !== null) {
    headers.push(SERVED_BY_HEADERS.degradedReason, switchyard.degradedReason);
  }
  const { badge, badgeLanguage } = switchyard;
  if (badge !== undefined) pushBadge(headers, badge, badgeLanguage);
  return headers;
}

/** Percent-encoded, so that no text can end its header, and every script goes through it. */
function pushBadge(headers: HeaderList, text: string, language: string | undefined): void {
  headers.push(SERVED_BY_HEADERS.badge, encodeURIComponent(text.toWellFormed()));
  if (language !== undefined) headers.push(SERVED_BY_HEADERS.badgeLanguage, encodeURIComponent(language));
}

/** Sends a whole JSON body. */
export function sendBytes(
  response: ServerResponse,
  status: number,
  headers: HeaderList,
  body: Uint8Array | string,
): void {
  headers.push('content-type', 'application/json', 'content-length', String(Buffer.byteLength(body)));
  response.writeHead(status, headers);
  response.end(body);
}

export function sendJson(response: ServerResponse, status: number, headers: HeaderList, body: object): void {
  sendBytes(response, status, headers, JSON.stringify(body));
}

/** An error in the face's own form with the `switchyard` object, and told whether a retry makes sense. */
export function sendError(
  response: ServerResponse,
  format: FaceFormat,
  switchyard: SwitchyardObject,
  error: HttpError,
): void {
  const headers = contractHeaders(switchyard, null, format.requestIdHeader);
  if (error.retryable !== true) headers.push('x-should-retry', 'false');
  for (const [name, value] of Object.entries(error.headers ?? {})) headers.push(name, value);
  sendJson(response, error.status, headers, format.errorBody(error, switchyard, switchyard.requestId));
}

/**
 * A provider's error as it came, since clients match its wording: status and bytes stay, with the `switchyard` object put in front
 * of the first member when the body is a JSON object.
 */
export function sendRawError(
  response: ServerResponse,
  format: FaceFormat,
  switchyard: SwitchyardObject,
  raw: RawError,
): void {
  const headers = contractHeaders(switchyard, null, format.requestIdHeader);
  const body = isJsonObject(raw.bytes) ? insertSwitchyard(raw.bytes, switchyard) : raw.bytes;
  headers.push('x-should-retry', 'false', 'content-type', raw.contentType ?? 'application/json');
  headers.push('content-length', String(body.length));
  response.writeHead(raw.status, headers);
  response.end(body);
}

function isJsonObject(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'),
    );
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export const STREAM_HEADERS: readonly string[] = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
  'x-accel-buffering',
  'no',
];

/** `Retry-After` in whole seconds, at least one. */
export function retryAfterSeconds(ms: number): string {
  return String(Math.max(1, Math.ceil(ms / 1000)));
}
