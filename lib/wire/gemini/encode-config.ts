import type { CanonicalRequest } from '../canonical-request.ts';
import type { JsonObject } from '../json.ts';
import { effortOfTokens, TOKENS_OF_EFFORT } from '../reasoning-scale.ts';
import type { TranslationLog } from '../translation-log.ts';
import type { UpstreamTarget } from '../types.ts';
import { noteLost } from './encode-tools.ts';
import { googleSchema } from './json-schema.ts';
import { type GeminiTraits, geminiTraits } from './model-traits.ts';

/** Google takes at most so many stop sequences. */
const MOST_STOPS = 5;
/** `generationConfig`, and what must be asked for in words instead. */
export interface EncodedConfig {
  config: JsonObject;
  instruction: string | null;
}

export function encodeConfig(
  request: CanonicalRequest,
  target: UpstreamTarget,
  log: TranslationLog,
): EncodedConfig {
  const traits = geminiTraits(target.model);
  const format = encodeFormat(request, traits, log);
  const config = withoutNulls({
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    stopSequences: stops(request.stop, log),
    seed: seedOf(request.seed, log),
    ...penalties(request, target, log),
    thinkingConfig: encodeThinking(request.reasoning, traits, log),
    ...format.config,
  });
  return { config, instruction: format.instruction };
}

function withoutNulls(values: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  );
}

function stops(stop: readonly string[], log: TranslationLog): readonly string[] | null {
  if (stop.length > MOST_STOPS)
    log.cannot('stop', `has more than the ${MOST_STOPS} sequences that Google takes.`);
  return stop.length === 0 ? null : stop;
}

/** Google's seed has 32 bits. */
function seedOf(seed: number | null, log: TranslationLog): number | null {
  if (seed === null || seed === (seed | 0)) return seed;
  log.note('`seed` was left out: Google takes a whole number of 32 bits.');
  return null;
}

/** The Gemini API refuses penalties for its models of generation 2.5. */
function penalties(
  { presencePenalty, frequencyPenalty }: CanonicalRequest,
  { kind, model }: UpstreamTarget,
  log: TranslationLog,
): JsonObject {
  if (kind !== 'google' || !/(^|\/)gemini-2\.5/i.test(model)) return { presencePenalty, frequencyPenalty };
  const why = 'the Gemini API takes none for this model';
  if (presencePenalty !== null) log.note(`\`presence_penalty\` was left out: ${why}.`);
  if (frequencyPenalty !== null) log.note(`\`frequency_penalty\` was left out: ${why}.`);
  return {};
}

/** Models before generation 3 refuse JSON answers beside tools: they are asked in words. */
function encodeFormat(
  { format, tools }: CanonicalRequest,
  { third }: GeminiTraits,
  log: TranslationLog,
): { config: JsonObject; instruction: string | null } {
  if (format.type === 'text') return { config: {}, instruction: null };
  const responseMimeType = 'application/json';
  const native = third || tools.length === 0;
  if (!native) log.note('The JSON format was asked for in words: this model does not combine it with tools.');
  if (format.type === 'json') {
    const asked = 'Answer with one valid JSON object and nothing else.';
    return native ? { config: { responseMimeType }, instruction: null } : { config: {}, instruction: asked };
  }
  if (native) {
    const { schema, lost } = googleSchema(format.schema);
    noteLost('the answer', lost, log);
    return { config: { responseMimeType, responseJsonSchema: schema }, instruction: null };
  }
  const asked = 'Answer with one JSON value that is valid against this JSON Schema, and with nothing else:';
  return { config: {}, instruction: `${asked}\n${JSON.stringify(format.schema)}` };
}

/** Whoever asks for reasoning is also given what the model says of it. */
function encodeThinking(
  reasoning: CanonicalRequest['reasoning'],
  traits: GeminiTraits,
  log: TranslationLog,
): JsonObject | null {
  if (reasoning === null) return null;
  const off = reasoning.effort === 'none';
  switch (traits.thinking) {
    case null:
      if (!off) log.note('The reasoning effort was left out: this model does not reason on demand.');
      return null;
    case 'budget':
      return { thinkingBudget: budgetOf(reasoning, traits, log), ...(off ? {} : { includeThoughts: true }) };
    case 'level':
      return { thinkingLevel: levelOf(reasoning, traits, log), ...(off ? {} : { includeThoughts: true }) };
    default:
      return traits.thinking satisfies never;
  }
}

type Reasoning = NonNullable<CanonicalRequest['reasoning']>;

function budgetOf({ effort, budgetTokens }: Reasoning, traits: GeminiTraits, log: TranslationLog): number {
  if (effort === 'none') {
    if (traits.leastBudget !== 128) return 0;
    log.note('Reasoning was turned down to 128 tokens: this model does not go without.');
    return 128;
  }
  const wanted = budgetTokens ?? TOKENS_OF_EFFORT[effort ?? 'medium'];
  const budget = Math.min(traits.mostBudget, Math.max(traits.leastBudget, wanted));
  if (budgetTokens !== null && budget !== wanted) {
    log.note(`The reasoning budget of ${wanted} tokens became ${budget}, which this model takes.`);
  }
  return budget;
}

type Level = 'minimal' | 'low' | 'medium' | 'high';

function levelOf({ effort, budgetTokens }: Reasoning, traits: GeminiTraits, log: TranslationLog): Level {
  if (effort === 'none') {
    log.note(`Reasoning was turned down to \`${traits.leastLevel}\`: this model does not go without.`);
    return traits.leastLevel;
  }
  if (effort === null && budgetTokens !== null) {
    log.note('The reasoning budget became an effort: this model takes no number of tokens.');
  }
  const wanted = effort ?? effortOfTokens(budgetTokens);
  const level = wanted === 'xhigh' ? 'high' : wanted === 'minimal' ? traits.leastLevel : wanted;
  return level === 'medium' && !traits.mediumLevel ? 'high' : level;
}
