import type { ReasoningEffort } from './canonical-request.ts';

/** Tokens of thinking that an effort comes to, where a model knows only a number. */
export const TOKENS_OF_EFFORT: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
};

/** The effort that a number of tokens comes to, where a model knows only words. */
export function effortOfTokens(tokens: number | null): 'low' | 'medium' | 'high' {
  if (tokens === null) return 'medium';
  return tokens <= 4096 ? 'low' : tokens <= 12_288 ? 'medium' : 'high';
}
