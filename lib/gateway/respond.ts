import type { ServerResponse } from 'node:http';
import type { SwitchyardObject } from '#lib/contract/served-by.ts';
import { SERVED_BY_HEADERS } from '#lib/contract/served-by-headers.ts';
import { openAiError } from '#lib/wire/openai/error-body.ts';
import type { HttpError } from './http-error.ts';

/** Header names and values, one after the other, as `writeHead` takes them fastest. */
export type HeaderList = string[];

/** The ids that every answer carries, under our name and under the one that OpenAI's clients read. */
export function idHeaders(requestId: string): HeaderList {
  return [SERVED_BY_HEADERS.requestId, requestId, 'x-request-id', requestId];
}

/** The served-by contract as headers. `servedByHeader`: `provider/endpoint/model`; null when nobody served. */
export function contractHeaders(switchyard: SwitchyardObject, servedByHeader: string | null): HeaderList {
  const headers = idHeaders(switchyard.requestId);
  if (switchyard.flow !== '') headers.push(SERVED_BY_HEADERS.flow, switchyard.flow);
  if (servedByHeader !== null) headers.push(SERVED_BY_HEADERS.servedBy, servedByHeader);
  headers.push(SERVED_BY_HEADERS.attempts, String(switchyard.attempts));
  headers.push(SERVED_BY_HEADERS.degraded, String(switchyard.degraded));
  if (switchyard.degradedReason !== null) {
    headers.push(SERVED_BY_HEADERS.degradedReason, switchyard.degradedReason);
  }
  return headers;
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

/** The gateway's own error, in OpenAI's shape with the `switchyard` object, and told whether a retry makes sense. */
export function sendError(response: ServerResponse, switchyard: SwitchyardObject, error: HttpError): void {
  const headers = contractHeaders(switchyard, null);
  if (error.retryable !== true) headers.push('x-should-retry', 'false');
  for (const [name, value] of Object.entries(error.headers ?? {})) headers.push(name, value);
  const { message, type, param, code } = error;
  sendJson(response, error.status, headers, { ...openAiError({ message, type, param, code }), switchyard });
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
