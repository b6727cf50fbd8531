import { SSE_DONE, sseData } from '../sse.ts';
import type { DegradedAnswer } from '../types.ts';

const NO_USAGE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

/** The flow's graceful text as a normal assistant message, marked degraded. */
export function degradedCompletion(input: DegradedAnswer): object {
  const message = { role: 'assistant', content: input.message, refusal: null };
  return {
    switchyard: input.switchyard,
    id: `chatcmpl-${input.id}`,
    object: 'chat.completion',
    created: input.created,
    model: input.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: NO_USAGE,
  };
}

/** The same as a whole stream, `[DONE]` included. */
export function degradedStream(input: DegradedAnswer, includeUsage: boolean): string {
  const head = {
    id: `chatcmpl-${input.id}`,
    object: 'chat.completion.chunk',
    created: input.created,
    model: input.model,
  };
  const chunk = (delta: object, finish: 'stop' | null): object => ({
    ...head,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
  });
  const first = chunk({ role: 'assistant', content: input.message, refusal: null }, null);
  const frames = [sseData({ switchyard: input.switchyard, ...first }), sseData(chunk({}, 'stop'))];
  if (includeUsage) frames.push(sseData({ ...head, choices: [], usage: NO_USAGE }));
  return Buffer.concat([...frames, SSE_DONE]).toString();
}
