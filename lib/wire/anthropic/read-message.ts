import type { CanonicalEvent } from '../canonical.ts';
import { protocolViolation } from '../failures.ts';
import { asArray, asObject, asText } from '../json.ts';
import { readJsonAnswer } from '../openai/completion.ts';
import type { UpstreamDialect } from '../types.ts';
import { refusalEvents, stopEvent } from './stop-reason.ts';
import { startBlock } from './stream.ts';
import { AnthropicUsage } from './usage.ts';

/** A whole Anthropic message as the events that its stream would have been. */
export function readAnthropicMessage(body: Uint8Array): ReturnType<UpstreamDialect['readWhole']> {
  const answer = readJsonAnswer(body);
  if (!answer.ok) return answer;
  const message = answer.value;
  const stop = stopEvent(message);
  if (message.type !== 'message' || !Array.isArray(message.content) || stop === null) {
    return { ok: false, failure: protocolViolation('The answer is not a finished message.') };
  }
  const usage = new AnthropicUsage();
  usage.add(message.usage);
  const events: CanonicalEvent[] = [
    { type: 'message_start', id: asText(message.id) ?? 'msg', model: asText(message.model) ?? '' },
    { type: 'usage', usage: usage.total() },
  ];
  for (const [index, block] of asArray(message.content).entries()) {
    events.push(...startBlock(index, asObject(block) ?? {}), { type: 'block_stop', index });
  }
  events.push(...refusalEvents(message, message.content.length), stop, { type: 'end' });
  return { ok: true, events };
}
