import { protocolViolation } from '../failures.ts';
import { readJsonAnswer } from '../openai/completion.ts';
import type { UpstreamDialect } from '../types.ts';
import { OllamaAnswer } from './stream.ts';

/** A whole answer of Ollama's chat as the events that its stream would have been. */
export function readOllamaAnswer(body: Uint8Array): ReturnType<UpstreamDialect['readWhole']> {
  const checked = readJsonAnswer(body);
  if (!checked.ok) return checked;
  const answer = new OllamaAnswer();
  const events = answer.read(checked.value);
  const failed = events.find((event) => event.type === 'error');
  if (failed?.type === 'error') return { ok: false, failure: failed.failure };
  if (!answer.finished()) return { ok: false, failure: protocolViolation('The answer is not finished.') };
  return { ok: true, events: [...events, { type: 'end' }] };
}
