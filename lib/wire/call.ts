import type { Dialect, UpstreamRequest, UpstreamTarget } from './types.ts';

/** One call as far as its address depends on it. */
export interface Call {
  target: UpstreamTarget;
  dialect: Dialect;
  stream: boolean;
  /** The client's own headers that go along; empty for a translated request. */
  passHeaders: Readonly<Record<string, string>>;
}

/** Where a call goes, and with which headers. */
export type Address = Pick<UpstreamRequest, 'url' | 'headers' | 'authorization'>;

/** `content-type` and `accept`, as every vendor with JSON bodies and event streams wants them. */
export function jsonHeaders(stream: boolean): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream' : 'application/json',
  };
}

/** Without the slashes at its end. */
export function withoutSlashes(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '');
}
