import type { CanonicalEvent } from '../canonical.ts';
import { protocolViolation } from '../failures.ts';
import { asObject, parseJson, viewOf } from '../json.ts';
import { readJsonAnswer } from '../openai/completion.ts';
import type { UpstreamDialect } from '../types.ts';
import { GeminiAnswer } from './stream.ts';

/** A whole answer of `generateContent` as the events that its stream would have been; an array of pieces is read as one answer. */
export function readGeminiAnswer(body: Uint8Array): ReturnType<UpstreamDialect['readWhole']> {
  const checked = readJsonAnswer(body);
  if (!checked.ok) return checked;
  const parsed = viewOf(body)[0] === 0x5b ? parseJson(viewOf(body).toString('utf8')) : checked.value;
  const answer = new GeminiAnswer();
  const events: CanonicalEvent[] = [];
  for (const piece of Array.isArray(parsed) ? parsed : [parsed])
    events.push(...answer.read(asObject(piece) ?? {}));
  const failed = events.find((event) => event.type === 'error');
  if (failed !== undefined) return { ok: false, failure: failed.failure };
  if (!answer.finished()) {
    return { ok: false, failure: protocolViolation('The answer is not finished.', 'truncated') };
  }
  events.push({ type: 'end' });
  return { ok: true, events };
}
