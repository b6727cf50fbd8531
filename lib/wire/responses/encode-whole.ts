import type { CanonicalEvent } from '../canonical.ts';
import { emptyCompletion } from '../failures.ts';
import { gatherAnswer } from '../gathered-answer.ts';
import type { CompletionResult, EncoderOptions } from '../types.ts';
import { ownId } from './ids.ts';
import { OutputWriter } from './output-writer.ts';
import { endState, responseObject } from './response-object.ts';
import { encodeUsage, plainUsage } from './usage.ts';

/** A whole answer's events as one response. */
export function encodeResponse(events: readonly CanonicalEvent[], options: EncoderOptions): CompletionResult {
  const answer = gatherAnswer(events);
  if (!answer.ok) return answer;
  const { blocks, usage, reason } = answer;
  const writer = new OutputWriter(null);
  writer.name(answer.id ?? '');
  for (const [index, { start, text }] of blocks.entries()) {
    writer.start(index, start);
    writer.add(index, text);
    // Left open, the last item is marked incomplete where a limit ended the answer.
    if (index < blocks.length - 1) writer.stop(index);
  }
  writer.finish(reason);
  const output = writer.output();
  if (reason === 'stop' && output.length === 0 && (usage.outputTokens ?? 0) === 0) {
    return { ok: false, failure: emptyCompletion() };
  }
  const head = {
    id: ownId('resp', answer.id ?? ''),
    created: options.created,
    model: answer.model || options.model,
    request: options.request ?? {},
  };
  const response = responseObject(head, { ...endState(reason), output, usage: encodeUsage(usage) });
  return {
    ok: true,
    bytes: Buffer.from(JSON.stringify(response)),
    usage: plainUsage(usage),
    model: answer.model || null,
  };
}
