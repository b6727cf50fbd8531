import type { CanonicalRequest } from '../canonical-request.ts';
import { TranslationLog } from '../translation-log.ts';
import type { EncodedRequest, UpstreamTarget } from '../types.ts';
import { encodeOllamaMessages } from './encode-messages.ts';

const VENDOR = 'Ollama';

/** The body of `/api/chat`; a failure names what Ollama cannot be asked for. */
export function encodeOllamaRequest(request: CanonicalRequest, { model }: UpstreamTarget): EncodedRequest {
  const log = new TranslationLog();
  for (const sentence of request.notes ?? []) log.note(sentence);
  for (const field of request.dropped) log.leaveOut(field, VENDOR);
  if (request.user !== null) log.leaveOut('user', VENDOR);
  const system = request.system.map(({ text }) => text).join('\n\n');
  const options = optionsOf(request);
  const body = {
    model,
    messages: [
      ...(system === '' ? [] : [{ role: 'system', content: system }]),
      ...encodeOllamaMessages(request.messages, log),
    ],
    // Left out, it would stream.
    stream: request.stream,
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...toolsOf(request, log),
    ...formatOf(request),
    ...thinkOf(request, model, log),
  };
  return log.failure === null ? { ok: true, body, notes: log.notes } : { ok: false, failure: log.failure };
}

function optionsOf(request: CanonicalRequest): Record<string, unknown> {
  const { stop } = request;
  const given = {
    num_predict: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    stop: stop.length === 0 ? null : stop,
    seed: request.seed,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

/** There is no way to force a tool; that none may be called is said by offering none. */
function toolsOf({ tools, toolChoice, parallelTools }: CanonicalRequest, log: TranslationLog): object {
  if (tools.length === 0 || toolChoice?.type === 'none') return {};
  if (toolChoice?.type === 'any' || toolChoice?.type === 'tool') {
    log.cannot('tool_choice', 'cannot be sent: Ollama leaves it to the model.');
  }
  if (parallelTools === false) log.leaveOut('parallel_tool_calls', VENDOR);
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, ...(description === null ? {} : { description }), parameters },
    })),
  };
}

function formatOf({ format }: CanonicalRequest): object {
  switch (format.type) {
    case 'text':
      return {};
    case 'json':
      return { format: 'json' };
    case 'json_schema':
      return { format: format.schema };
    default:
      return format satisfies never;
  }
}

/** On or off, but for gpt-oss, which takes three levels and does not go without. */
function thinkOf({ reasoning }: CanonicalRequest, model: string, log: TranslationLog): object {
  if (reasoning === null) return {};
  const { effort } = reasoning;
  if (!model.includes('gpt-oss')) return { think: effort !== 'none' };
  if (effort === 'none') log.note('Reasoning was turned down to `low`: this model does not go without.');
  const high = effort === 'high' || effort === 'xhigh';
  return { think: high ? 'high' : effort === 'medium' || effort === null ? 'medium' : 'low' };
}
