/** What a Gemini model takes, as far as its name tells; a name that says nothing is taken for one of the newest. */
export interface GeminiTraits {
  /** A level in words (3 and later), a `budget` of tokens (2.5), or not at all. */
  thinking: 'level' | 'budget' | null;
  /** The least of thinking: a level, or a budget in tokens (0: off). */
  leastLevel: 'minimal' | 'low';
  leastBudget: 0 | 128 | 512;
  /** The largest budget, tokens. */
  mostBudget: number;
  /** False for the first of generation 3, which knows only `low` and `high`. */
  mediumLevel: boolean;
  /** Generation 3: images inside function responses, JSON answers beside tools, signatures on calls. */
  third: boolean;
  /** Gemma before 4 has no system instruction. */
  systemInstruction: boolean;
}

const NEWEST: GeminiTraits = {
  thinking: 'level',
  leastLevel: 'minimal',
  leastBudget: 0,
  mostBudget: 24_576,
  mediumLevel: true,
  third: true,
  systemInstruction: true,
};

/** Traits by the name of a model, with or without a path before it: `models/gemini-2.5-flash`. Source: Google's thinking guide. */
export function geminiTraits(model: string): GeminiTraits {
  const name = (model.split('/').at(-1) ?? model).toLowerCase();
  if (/^gemma-[1-3]/.test(name)) return { ...NEWEST, thinking: null, third: false, systemInstruction: false };
  if (/^gemma-/.test(name)) return { ...NEWEST, thinking: null, third: false };
  if (/^gemini-(1|2\.0|pro)(?!\d)/.test(name)) return { ...NEWEST, thinking: null, third: false };
  if (/^gemini-2\.5-pro/.test(name)) {
    return { ...NEWEST, thinking: 'budget', leastBudget: 128, mostBudget: 32_768, third: false };
  }
  if (/^gemini-2\.5-flash-lite/.test(name)) {
    return { ...NEWEST, thinking: 'budget', leastBudget: 512, third: false };
  }
  if (/^gemini-2/.test(name)) return { ...NEWEST, thinking: 'budget', third: false };
  return { ...NEWEST, leastLevel: leastLevelOf(name), mediumLevel: !/^gemini-3-pro/.test(name) };
}

/** Pro models, and Flash from 3.7 on, have no `minimal`. */
function leastLevelOf(name: string): 'minimal' | 'low' {
  if (name === 'gemini-flash-latest' || /(^|-)pro(-|$)/.test(name)) return 'low';
  const version = /^gemini-(\d+)\.(\d+)-flash(?!-lite)/.exec(name);
  if (version === null) return 'minimal';
  return Number(version[1]) > 3 || Number(version[2]) >= 7 ? 'low' : 'minimal';
}
