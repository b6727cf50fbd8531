import type { CanonicalRequest, ReasoningEffort } from '../canonical-request.ts';
import type { TranslationLog } from '../translation-log.ts';
import { type ModelTraits, modelTraits } from './model-traits.ts';
import type { AnthropicEffort, AnthropicRequest } from './schema.ts';

/** Least that Anthropic takes as a budget. */
const LEAST_BUDGET = 1024;
const BUDGETS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
};

type Reasoning = Pick<AnthropicRequest, 'max_tokens' | 'thinking' | 'output_config'>;

/**
 * `max_tokens` and how the model is to think. OpenAI's limit counts reasoning too, as Anthropic's does. Thinking is not asked for
 * where Anthropic would refuse the request for it: beside a forced tool, and inside a tool loop, whose signatures are not here.
 */
export function encodeReasoning(request: CanonicalRequest, model: string, log: TranslationLog): Reasoning {
  const traits = modelTraits(model);
  const { reasoning, maxTokens } = request;
  const plain: Reasoning = { max_tokens: maxTokens ?? traits.defaultMaxTokens };
  if (reasoning === null || reasoning.effort === 'none') return plain;
  const obstacle = obstacleTo(request, traits);
  if (obstacle !== null) {
    log.note(`The reasoning effort was left out: ${obstacle}.`);
    return plain;
  }
  if (traits.thinking === 'adaptive') {
    const effort = effortOf(reasoning, traits);
    return {
      ...plain,
      thinking: { type: 'adaptive' },
      ...(effort === null ? {} : { output_config: { effort } }),
    };
  }
  return withBudget(reasoning.budgetTokens ?? BUDGETS[reasoning.effort ?? 'medium'], plain, maxTokens, log);
}

function obstacleTo({ toolChoice, messages }: CanonicalRequest, traits: ModelTraits): string | null {
  if (traits.thinking === null) return 'this model does not reason on demand';
  if (toolChoice?.type === 'any' || toolChoice?.type === 'tool') {
    return 'Anthropic does not combine it with a forced tool';
  }
  const inLoop = messages.at(-1)?.parts.some(({ kind }) => kind === 'tool_result') ?? false;
  return inLoop ? "Anthropic wants the signatures of a tool loop's own reasoning with it" : null;
}

function effortOf(
  { effort, budgetTokens }: NonNullable<CanonicalRequest['reasoning']>,
  { highestEffort }: ModelTraits,
): AnthropicEffort | null {
  switch (effort) {
    case null:
    case 'none':
      return budgetTokens === null
        ? null
        : budgetTokens <= 4096
          ? 'low'
          : budgetTokens <= 12_288
            ? 'medium'
            : 'high';
    case 'minimal':
      return 'low';
    case 'xhigh':
      return highestEffort ? 'xhigh' : 'high';
    default:
      return effort;
  }
}

/** The budget must leave room for an answer below `max_tokens`; a limit that is the client's own is not raised. */
function withBudget(wanted: number, plain: Reasoning, limit: number | null, log: TranslationLog): Reasoning {
  const budget = Math.max(LEAST_BUDGET, wanted);
  if (limit === null)
    return { max_tokens: plain.max_tokens + budget, thinking: { type: 'enabled', budget_tokens: budget } };
  const room = Math.min(budget, Math.floor(limit * 0.8));
  if (room >= LEAST_BUDGET) return { ...plain, thinking: { type: 'enabled', budget_tokens: room } };
  log.note('The reasoning effort was left out: the token limit leaves no room for it.');
  return plain;
}
