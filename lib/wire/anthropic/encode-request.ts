import type { CanonicalRequest } from '../canonical-request.ts';
import { TranslationLog } from '../translation-log.ts';
import type { EncodedRequest, UpstreamTarget } from '../types.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeReasoning } from './encode-reasoning.ts';
import { encodeTools } from './encode-tools.ts';
import { modelTraits } from './model-traits.ts';
import { enforceableSchema } from './output-schema.ts';
import type { AnthropicRequest } from './schema.ts';

const VENDOR = 'Anthropic';

type Draft = Omit<AnthropicRequest, 'messages'>;

/** The Messages request for a canonical one; a failure names what Anthropic cannot be asked for. */
export function encodeAnthropicRequest(request: CanonicalRequest, target: UpstreamTarget): EncodedRequest {
  const log = new TranslationLog();
  for (const sentence of request.notes ?? []) log.note(sentence);
  for (const field of request.dropped) log.leaveOut(field, VENDOR);
  if (request.seed !== null) log.leaveOut('seed', VENDOR);
  if (request.presencePenalty !== null) log.leaveOut('presence_penalty', VENDOR);
  if (request.frequencyPenalty !== null) log.leaveOut('frequency_penalty', VENDOR);
  const reasoning = encodeReasoning(request, target.model, log);
  const format = encodeFormat(request, target, log);
  const output = { ...reasoning.output_config, ...format.output_config };
  const system = [...request.system.map(({ text }) => text), ...format.instruction].join('\n\n');
  const body: AnthropicRequest = {
    model: target.model,
    max_tokens: reasoning.max_tokens,
    ...(system === '' ? {} : { system }),
    messages: encodeMessages(request.messages, log),
    ...sampling(request, reasoning.thinking !== undefined, log),
    ...stops(request, log),
    ...encodeTools(request, log),
    ...(reasoning.thinking === undefined ? {} : { thinking: reasoning.thinking }),
    ...(Object.keys(output).length === 0 ? {} : { output_config: output }),
    ...(request.user === null ? {} : { metadata: { user_id: request.user } }),
    ...(request.stream ? { stream: true as const } : {}),
  };
  if (log.failure !== null) return { ok: false, failure: log.failure };
  return { ok: true, body: { ...body }, notes: log.notes };
}

/** OpenAI's temperature goes to 2, Anthropic's to 1; newer models refuse temperature and top_p together, and both while thinking. */
function sampling(request: CanonicalRequest, thinking: boolean, log: TranslationLog): Partial<Draft> {
  const { temperature, topP, topK } = request;
  const given = { temperature, top_p: topP, top_k: topK };
  if (thinking) {
    for (const [name, value] of Object.entries(given)) {
      if (value === null || (name === 'temperature' && value === 1)) continue;
      log.note(`\`${name}\` was left out: ${VENDOR} takes none while a model reasons.`);
    }
    return {};
  }
  const out: Partial<Draft> = topK === null ? {} : { top_k: topK };
  if (temperature === null) return topP === null ? out : { ...out, top_p: topP };
  if (topP !== null) log.note(`\`top_p\` was left out: ${VENDOR} takes it or a temperature, not both.`);
  const clamped = Math.min(1, Math.max(0, temperature));
  if (clamped !== temperature)
    log.note(`\`temperature\` ${temperature} became ${clamped}: ${VENDOR} takes 0 to 1.`);
  return { ...out, temperature: clamped };
}

function stops({ stop }: CanonicalRequest, log: TranslationLog): Partial<Draft> {
  if (stop.some((item) => item.trim() === '')) log.cannot('stop', 'of white space alone has no translation.');
  return stop.length === 0 ? {} : { stop_sequences: stop };
}

/** A schema is enforced where the model can; else, as for any JSON, the model is asked for it in words. */
function encodeFormat(
  { format }: CanonicalRequest,
  { kind, model }: UpstreamTarget,
  log: TranslationLog,
): { instruction: string[]; output_config?: AnthropicRequest['output_config'] } {
  if (format.type === 'text') return { instruction: [] };
  if (format.type === 'json') {
    log.note(`The JSON format was asked for in words: ${VENDOR} has no such parameter.`);
    return { instruction: ['Answer with one valid JSON object and nothing else.'] };
  }
  const enforces = kind === 'anthropic' && modelTraits(model).structuredOutput;
  const schema = enforces ? enforceableSchema(format.schema) : null;
  if (schema !== null) return { instruction: [], output_config: { format: { type: 'json_schema', schema } } };
  const why = enforces ? 'it holds what this model does not enforce' : 'this model does not enforce one';
  log.note(`The JSON schema was asked for in words: ${why}.`);
  const asked = 'Answer with one JSON value that is valid against this JSON Schema, and with nothing else:';
  return { instruction: [`${asked}\n${JSON.stringify(format.schema)}`] };
}
