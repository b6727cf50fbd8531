import type { Failure } from '#lib/engine/types.ts';
import { carryRawError, secretParts } from './raw-errors.ts';

const BARE = { status: null, code: null, retryAfterMs: null };

export function firstTokenTimeout(waitedMs: number): Failure {
  const message = `No content within ${seconds(waitedMs)}.`;
  return { ...BARE, class: 'timeout', timeout: 'first_token', message };
}

export function idleTimeout(silentMs: number): Failure {
  const message = `The stream fell silent for ${seconds(silentMs)}.`;
  return { ...BARE, class: 'timeout', timeout: 'idle', message };
}

export function deadlineTimeout(): Failure {
  const message = "The request's time limit was reached.";
  return { ...BARE, class: 'timeout', timeout: 'deadline', message };
}

export function clientAbort(): Failure {
  return { ...BARE, class: 'client_abort', message: 'The client went away.' };
}

export function protocolViolation(status: number | null, message: string): Failure {
  return { ...BARE, class: 'protocol_violation', status, message };
}

/** The failure with the key that its provider repeated taken out, and out of the reply that is kept with it. */
export function withoutSecret(failure: Failure, secret: string | null): Failure {
  const parts = secretParts(secret);
  if (parts.length === 0) return failure;
  const clean = (text: string) => parts.reduce((left, part) => left.replaceAll(part, '[redacted]'), text);
  const code = failure.code === null ? null : clean(failure.code);
  const param = failure.param === undefined ? {} : { param: clean(failure.param) };
  const cleaned = { ...failure, ...param, code, message: clean(failure.message) };
  carryRawError(failure, cleaned, secret);
  return cleaned;
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
