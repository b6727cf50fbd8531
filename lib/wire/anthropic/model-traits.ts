/** What a Claude model takes, as far as its name tells. */
export interface ModelTraits {
  /** `output_config.format` with a JSON Schema. */
  structuredOutput: boolean;
  /** `adaptive` with `output_config.effort`, a `budget` of tokens, or not at all. */
  thinking: 'adaptive' | 'budget' | null;
  /** Effort `xhigh`. */
  highestEffort: boolean;
  /** `max_tokens` for a request without a limit: what every model of the generation can give. */
  defaultMaxTokens: number;
}

/** A model whose name says nothing gets what every model takes. */
const UNKNOWN: ModelTraits = {
  structuredOutput: false,
  thinking: null,
  highestEffort: false,
  defaultMaxTokens: 8192,
};

/** `claude-sonnet-4-5-20250929`, and the older order: `claude-3-7-sonnet-latest`. */
const NEWER = /claude-[a-z]+-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;
const OLDER = /claude-(\d)(?:[-.](\d))?-[a-z]/;

/** Traits of a model by its name: `claude-opus-4-6`, with or without a cloud's prefix and a date. */
export function modelTraits(model: string): ModelTraits {
  const found = NEWER.exec(model) ?? OLDER.exec(model);
  if (found === null) return UNKNOWN;
  const version = Number(found[1]) * 100 + Number(found[2] ?? 0);
  return {
    structuredOutput: version >= 405,
    thinking: version >= 406 ? 'adaptive' : version >= 307 ? 'budget' : null,
    highestEffort: version >= 407,
    defaultMaxTokens: version >= 307 ? 32_000 : version >= 305 ? 8192 : 4096,
  };
}
