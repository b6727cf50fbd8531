import type { CanonicalEvent } from '../canonical.ts';
import { protocolViolation } from '../failures.ts';
import { asArray, asObject, asText, type JsonObject } from '../json.ts';
import { readJsonAnswer } from '../openai/completion.ts';
import type { UpstreamDialect } from '../types.ts';
import { BedrockBlocks } from './blocks.ts';
import { endingOf } from './stop-reason.ts';
import { bedrockUsage } from './usage.ts';

/** A whole answer of `converse` as the events that its stream would have been. */
export function readConverseAnswer(body: Uint8Array): ReturnType<UpstreamDialect['readWhole']> {
  const checked = readJsonAnswer(body);
  if (!checked.ok) return checked;
  const { output, stopReason, usage: counts } = checked.value;
  const message = asObject(asObject(output)?.message);
  const reason = asText(stopReason);
  if (message === null || reason === null) {
    return { ok: false, failure: protocolViolation('The answer is not a finished message.') };
  }
  const blocks = new BedrockBlocks();
  const content = asArray(message.content).flatMap((block, at) =>
    readBlock(blocks, at, asObject(block) ?? {}),
  );
  const ending = endingOf(reason, blocks.any);
  if (ending.type === 'error') return { ok: false, failure: ending.failure };
  const usage = bedrockUsage(counts);
  const events: CanonicalEvent[] = [
    { type: 'message_start', id: '', model: '' },
    ...content,
    ...(usage === null ? [] : [{ type: 'usage' as const, usage }]),
    ending,
    { type: 'end' },
  ];
  return { ok: true, events };
}

function readBlock(blocks: BedrockBlocks, at: number, block: JsonObject): CanonicalEvent[] {
  const tool = asObject(block.toolUse);
  if (tool !== null) {
    const input = JSON.stringify(tool.input ?? {});
    return [
      ...blocks.start(at, { toolUse: tool }),
      ...(blocks.delta(at, { toolUse: { input } }) ?? []),
      ...blocks.stop(at),
    ];
  }
  const reasoning = asObject(block.reasoningContent);
  const redacted = asText(reasoning?.redactedContent);
  const said =
    asObject(reasoning?.reasoningText) ?? (redacted === null ? null : { redactedContent: redacted });
  const delta = said === null ? { text: block.text } : { reasoningContent: said };
  if (said === null && typeof block.text !== 'string') return [...blocks.start(at, {}), ...blocks.stop(at)];
  return [...(blocks.delta(at, delta) ?? []), ...blocks.stop(at)];
}
