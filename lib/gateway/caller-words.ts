import type { Failure } from '#lib/engine/types.ts';
import { factsOfBody } from '#lib/wire/error-facts.ts';
import type { Dialect } from '#lib/wire/types.ts';
import { rawErrorOf } from './raw-errors.ts';

/**
 * What a provider said about the caller's request, for a client of another dialect: whole where the reply was kept, and in the
 * words that the dialect's clients look for.
 */
export function wordsForCaller(failure: Failure, dialect: Dialect): string {
  const raw = rawErrorOf(failure);
  const whole = raw === null ? '' : factsOfBody(raw.bytes).message;
  const message = whole === '' ? failure.message : whole;
  const overflow = failure.class === 'context_length_exceeded' && dialect === 'anthropic-messages';
  return overflow ? promptTooLong(message) : message;
}

/** Claude Code and other agents shorten the conversation when they read "prompt is too long", best with both numbers. */
function promptTooLong(message: string): string {
  if (/prompt is too long/i.test(message)) return message;
  const limit = numberIn(/(?:maximum|max|limit|window|allowed)[^\d]{0,60}(\d[\d,]*)/i.exec(message)?.[1]);
  const used = Math.max(...[...message.matchAll(/\d[\d,]*/g)].map(([digits]) => numberIn(digits)));
  if (limit > 0 && used > limit) return `prompt is too long: ${used} tokens > ${limit} maximum. ${message}`;
  return `prompt is too long: ${message}`;
}

function numberIn(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.replaceAll(',', ''));
}
