import { modelTraits } from '../anthropic/model-traits.ts';

/** Whose parameters a model takes, as far as its id tells; an inference profile of one's own tells nothing. */
export type BedrockFamily = 'claude' | 'nova' | 'openai' | 'mistral' | 'other';

/** The family by a model's id or ARN: `eu.anthropic.claude-sonnet-4-5-20250929-v1:0`, `amazon.nova-pro-v1:0`. */
export function bedrockFamily(model: string): BedrockFamily {
  if (model.includes('anthropic.claude')) return 'claude';
  if (model.includes('amazon.nova')) return 'nova';
  if (model.includes('openai.')) return 'openai';
  return model.includes('mistral.') ? 'mistral' : 'other';
}

/** True when the model holds its answer to a JSON Schema (`outputConfig`). */
export function enforcesSchemas(model: string): boolean {
  if (bedrockFamily(model) === 'claude') return modelTraits(model).structuredOutput;
  return /openai\.gpt-oss|qwen\.qwen3|moonshot(ai)?\.kimi/.test(model);
}

/** Nova reasons from its second generation on. */
export function novaReasons(model: string): boolean {
  return /amazon\.nova-(?:[2-9]|\d\d)/.test(model);
}
