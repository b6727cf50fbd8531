import { encodeReasoning } from '../anthropic/encode-reasoning.ts';
import type { CanonicalRequest } from '../canonical-request.ts';
import type { JsonObject } from '../json.ts';
import { effortOfTokens } from '../reasoning-scale.ts';
import type { TranslationLog } from '../translation-log.ts';
import { bedrockFamily, novaReasons } from './model-traits.ts';
import type { ModelFields } from './schema.ts';

export interface EncodedInference {
  inferenceConfig: JsonObject;
  fields: ModelFields;
}

/** Sampling, limits and reasoning: what all models share, and what only the model's family knows. */
export function encodeInference(
  request: CanonicalRequest,
  model: string,
  log: TranslationLog,
): EncodedInference {
  const family = bedrockFamily(model);
  const thinking = encodeThinking(request, model, log);
  const { temperature, topP, topK } = sampling(request, family === 'claude', thinking.fixed, log);
  const shared = {
    maxTokens: thinking.maxTokens,
    temperature,
    topP,
    stopSequences: stops(request, log),
  };
  const inferenceConfig = Object.fromEntries(Object.entries(shared).filter(([, value]) => value !== null));
  return { inferenceConfig, fields: { ...thinking.fields, ...topKFields(topK, model, log) } };
}

interface Thinking {
  maxTokens: number | null;
  fields: ModelFields;
  /** Sampling is the model's own while it thinks. */
  fixed: boolean;
}

function encodeThinking(request: CanonicalRequest, model: string, log: TranslationLog): Thinking {
  const { reasoning, maxTokens } = request;
  const plain: Thinking = { maxTokens, fields: {}, fixed: false };
  const family = bedrockFamily(model);
  if (reasoning === null || reasoning.effort === 'none') return plain;
  if (family === 'claude') {
    const { max_tokens, thinking, output_config } = encodeReasoning(request, model, log);
    if (thinking === undefined) return plain;
    const fields = { thinking, ...(output_config === undefined ? {} : { output_config }) };
    const adaptive = thinking.type === 'adaptive';
    return { maxTokens: adaptive ? maxTokens : max_tokens, fields, fixed: true };
  }
  const effort = threeLevels(reasoning);
  if (family === 'openai') return { ...plain, fields: { reasoning_effort: effort } };
  if (novaReasons(model)) {
    return {
      ...plain,
      fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: novaEffort(effort, request, log) } },
    };
  }
  log.note('The reasoning effort was left out: this model does not reason on demand.');
  return plain;
}

type Effort = 'low' | 'medium' | 'high';

function threeLevels({ effort, budgetTokens }: NonNullable<CanonicalRequest['reasoning']>): Effort {
  switch (effort) {
    case 'minimal':
    case 'low':
      return 'low';
    case 'medium':
    case 'high':
      return effort;
    case 'xhigh':
      return 'high';
    case 'none':
    case null:
      return effortOfTokens(budgetTokens);
    default:
      return effort satisfies never;
  }
}

/** Nova takes its highest effort only without limits and sampling of the caller's. */
function novaEffort(effort: Effort, request: CanonicalRequest, log: TranslationLog): Effort {
  const { maxTokens, temperature, topP } = request;
  if (effort !== 'high' || (maxTokens === null && temperature === null && topP === null)) return effort;
  log.note(
    'The reasoning effort became `medium`: this model takes a higher one only without a token limit and sampling.',
  );
  return 'medium';
}

type Sampling = Pick<CanonicalRequest, 'temperature' | 'topP' | 'topK'>;

/** Converse takes temperatures from 0 to 1; Claude refuses temperature and top_p together, and all of it while it thinks. */
function sampling(request: CanonicalRequest, claude: boolean, fixed: boolean, log: TranslationLog): Sampling {
  const { temperature, topP, topK } = request;
  if (fixed) {
    for (const [name, value] of Object.entries({ temperature, top_p: topP, top_k: topK })) {
      if (value === null || (name === 'temperature' && value === 1)) continue;
      log.note(`\`${name}\` was left out: this model takes none while it reasons.`);
    }
    return { temperature: null, topP: null, topK: null };
  }
  const clamped = temperature === null ? null : Math.min(1, Math.max(0, temperature));
  if (clamped !== temperature)
    log.note(`\`temperature\` ${temperature} became ${clamped}: Bedrock takes 0 to 1.`);
  const both = claude && clamped !== null && topP !== null;
  if (both) log.note('`top_p` was left out: Claude takes it or a temperature, not both.');
  return { temperature: clamped, topP: both ? null : topP, topK };
}

function topKFields(topK: number | null, model: string, log: TranslationLog): ModelFields {
  if (topK === null) return {};
  switch (bedrockFamily(model)) {
    case 'claude':
    case 'mistral':
      return { top_k: topK };
    case 'nova':
      return { inferenceConfig: { topK } };
    default:
      log.leaveOut('top_k', 'this model on Bedrock');
      return {};
  }
}

function stops({ stop }: CanonicalRequest, log: TranslationLog): string[] | null {
  if (stop.some((item) => item.trim() === '')) log.cannot('stop', 'of white space alone has no translation.');
  return stop.length === 0 ? null : stop;
}
