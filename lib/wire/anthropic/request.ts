import { untranslatable } from '../failures.ts';
import { asArray, asNumber, asObject, asText, type JsonObject } from '../json.ts';
import { adaptPrompt, changesPrompt } from '../openai/adapter.ts';
import type { ClientRequest, UpstreamRequest, UpstreamTarget } from '../types.ts';
import type { UpstreamBuilt } from '../upstream-built.ts';
import { translateMessages } from './messages.ts';
import { type AnthropicRequest, cannot, type Translated } from './schema.ts';
import { translateTools } from './tools.ts';

/** Newer versions refuse sampling parameters, which OpenAI clients send. */
const ANTHROPIC_VERSION = '2023-06-01';
/** Anthropic requires a limit; OpenAI's clients need not give one. */
const DEFAULT_MAX_TOKENS = 8192;

/** The Messages request for a chat request, or the field that cannot be translated. */
export function anthropicRequest(request: ClientRequest, target: UpstreamTarget): UpstreamBuilt {
  const { adapter } = target;
  const json = changesPrompt(adapter) ? adaptPrompt(request.json, adapter) : request.json;
  const translated = translateRequest(json, target.model, request.stream);
  if (!translated.ok) return { ok: false, failure: untranslatable(translated.field, translated.why) };
  return { ok: true, request: wrap(translated.value, target) };
}

function wrap(body: AnthropicRequest, target: UpstreamTarget): UpstreamRequest {
  const base = target.baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
  return {
    url: `${base}/v1/messages`,
    headers: {
      'content-type': 'application/json',
      accept: body.stream === true ? 'text/event-stream' : 'application/json',
      'anthropic-version': ANTHROPIC_VERSION,
      ...(target.credential === null ? {} : { 'x-api-key': target.credential }),
    },
    body: JSON.stringify(body),
  };
}

function translateRequest(json: JsonObject, model: string, stream: boolean): Translated<AnthropicRequest> {
  const refused = unsupportedField(json);
  if (refused !== null) return refused;
  const turns = translateMessages(json.messages);
  if (!turns.ok) return turns;
  const tools = translateTools(json);
  if (!tools.ok) return tools;
  const stop = translateStop(json.stop);
  if (!stop.ok) return stop;
  const format = formatInstruction(json.response_format);
  const system = [...turns.value.system, ...(format === null ? [] : [format])].join('\n\n');
  const user = asText(json.user);
  return {
    ok: true,
    value: {
      model,
      max_tokens: asNumber(json.max_completion_tokens) ?? asNumber(json.max_tokens) ?? DEFAULT_MAX_TOKENS,
      ...(system === '' ? {} : { system }),
      messages: turns.value.messages,
      ...sampling(json),
      ...(stop.value.length === 0 ? {} : { stop_sequences: stop.value }),
      ...tools.value,
      ...(user === null ? {} : { metadata: { user_id: user } }),
      ...(stream ? { stream: true as const } : {}),
    },
  };
}

/** Fields whose loss would change what the client gets. Hints (seed, penalties, logit_bias, effort) are left out silently. */
function unsupportedField(json: JsonObject): (Translated<never> & { ok: false }) | null {
  if ((asNumber(json.n) ?? 1) > 1) return cannot('n', 'above 1 has no translation.');
  if (json.logprobs === true) return cannot('logprobs', 'have no translation.');
  if (asObject(json.audio) !== null || asArray(json.modalities).includes('audio')) {
    return cannot('audio', 'output has no translation.');
  }
  if (asArray(json.functions).length > 0) return cannot('functions', 'have no translation; use tools.');
  if (asObject(json.web_search_options) !== null) return cannot('web_search_options', 'have no translation.');
  return null;
}

/** OpenAI's temperature goes to 2, Anthropic's to 1; newer models refuse temperature and top_p together. */
function sampling(json: JsonObject): { temperature?: number; top_p?: number } {
  const temperature = asNumber(json.temperature);
  if (temperature !== null) return { temperature: Math.min(1, Math.max(0, temperature)) };
  const topP = asNumber(json.top_p);
  return topP === null ? {} : { top_p: topP };
}

function translateStop(stop: unknown): Translated<string[]> {
  const sequences = (typeof stop === 'string' ? [stop] : asArray(stop)).filter(
    (item) => typeof item === 'string',
  );
  if (sequences.some((item) => item.trim() === ''))
    return cannot('stop', 'of white space alone has no translation.');
  return { ok: true, value: sequences };
}

/** Structured output has no field here, so the model is asked for it. */
function formatInstruction(format: unknown): string | null {
  const type = asObject(format)?.type;
  if (type === 'json_object') return 'Answer with one valid JSON object and nothing else.';
  if (type !== 'json_schema') return null;
  const schema = asObject(asObject(format)?.json_schema)?.schema ?? {};
  return `Answer with one JSON value that is valid against this JSON Schema, and with nothing else:\n${JSON.stringify(schema)}`;
}
