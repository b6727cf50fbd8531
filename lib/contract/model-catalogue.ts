import type { Capability } from '../engine/types.ts';

/** What is known of a model wherever it runs. */
export interface KnownModel {
  /** Targets of one family are alternates of each other, whatever their vendors call the model. */
  family: string;
  /** Tokens; null: it depends on who runs it. */
  contextWindow: number | null;
  capabilities: Capability[];
}

type Row = readonly [
  pattern: RegExp,
  family: string,
  contextWindow: number | null,
  capabilities: readonly Capability[],
];

const TEXT: readonly Capability[] = ['tools', 'json-schema'];
const SIGHT: readonly Capability[] = ['tools', 'vision', 'json-schema'];
const THINKS: readonly Capability[] = [...SIGHT, 'reasoning'];
/** Claude up to 4.5 continues what it is given as its own words; JSON of a schema it has from 4.5 on. */
const CLAUDE: readonly Capability[] = ['tools', 'vision', 'prefill'];
const CLAUDE_45: readonly Capability[] = ['tools', 'vision', 'json-schema', 'prefill'];

/** By the plain form of the name, see `plainName`. Only what vendors document; what is missing here is simply not known. */
const ROWS: readonly Row[] = [
  [/^gpt-4o$/, 'gpt-4o', 128_000, SIGHT],
  [/^gpt-4o-mini$/, 'gpt-4o-mini', 128_000, SIGHT],
  [/^gpt-4-1$/, 'gpt-4.1', 1_047_576, SIGHT],
  [/^gpt-4-1-mini$/, 'gpt-4.1-mini', 1_047_576, SIGHT],
  [/^gpt-4-1-nano$/, 'gpt-4.1-nano', 1_047_576, SIGHT],
  [/^gpt-5$/, 'gpt-5', 400_000, THINKS],
  [/^gpt-5-mini$/, 'gpt-5-mini', 400_000, THINKS],
  [/^gpt-5-nano$/, 'gpt-5-nano', 400_000, THINKS],
  [/^gpt-5-1$/, 'gpt-5.1', 400_000, THINKS],
  [/^gpt-5-2$/, 'gpt-5.2', 400_000, THINKS],
  [/^o3$/, 'o3', 200_000, THINKS],
  [/^o4-mini$/, 'o4-mini', 200_000, THINKS],
  [/^o3-mini$/, 'o3-mini', 200_000, [...TEXT, 'reasoning']],
  [/^gpt-oss[-:]120b$/, 'gpt-oss-120b', 131_072, [...TEXT, 'reasoning']],
  [/^gpt-oss[-:]20b$/, 'gpt-oss-20b', 131_072, [...TEXT, 'reasoning']],
  [/^text-embedding-3-small$/, 'text-embedding-3-small', 8191, []],
  [/^text-embedding-3-large$/, 'text-embedding-3-large', 8191, []],
  [/^claude-(3-5-sonnet|sonnet-3-5)(-v2)?$/, 'claude-3-5-sonnet', 200_000, CLAUDE],
  [/^claude-(3-5-haiku|haiku-3-5)$/, 'claude-3-5-haiku', 200_000, CLAUDE],
  [/^claude-(3-7-sonnet|sonnet-3-7)$/, 'claude-3-7-sonnet', 200_000, CLAUDE],
  [/^claude-(sonnet-4|4-sonnet)(-0)?$/, 'claude-sonnet-4', 200_000, CLAUDE],
  [/^claude-(opus-4|4-opus)(-0)?$/, 'claude-opus-4', 200_000, CLAUDE],
  [/^claude-opus-4-1$/, 'claude-opus-4-1', 200_000, CLAUDE],
  [/^claude-sonnet-4-5$/, 'claude-sonnet-4-5', 200_000, CLAUDE_45],
  [/^claude-haiku-4-5$/, 'claude-haiku-4-5', 200_000, CLAUDE_45],
  [/^claude-opus-4-5$/, 'claude-opus-4-5', 200_000, CLAUDE_45],
  [/^gemini-2-0-flash(-001)?$/, 'gemini-2.0-flash', 1_048_576, SIGHT],
  [/^gemini-2-5-flash$/, 'gemini-2.5-flash', 1_048_576, SIGHT],
  [/^gemini-2-5-flash-lite$/, 'gemini-2.5-flash-lite', 1_048_576, SIGHT],
  [/^gemini-2-5-pro$/, 'gemini-2.5-pro', 1_048_576, THINKS],
  [/^llama-?3-1[-:]8b/, 'llama-3.1-8b', null, ['tools']],
  [/^llama-?3-1[-:]70b/, 'llama-3.1-70b', null, ['tools']],
  [/^llama-?3-3[-:]70b/, 'llama-3.3-70b', null, ['tools']],
  [/^llama-?4-scout/, 'llama-4-scout', null, ['tools', 'vision']],
  [/^llama-?4-maverick/, 'llama-4-maverick', null, ['tools', 'vision']],
  [/^mistral-large$/, 'mistral-large', 128_000, TEXT],
  [/^mistral-medium$/, 'mistral-medium', 128_000, SIGHT],
  [/^mistral-small$/, 'mistral-small', 128_000, SIGHT],
  [/^deepseek-chat$/, 'deepseek-chat', 128_000, ['tools']],
  [/^deepseek-reasoner$/, 'deepseek-reasoner', 128_000, ['tools', 'reasoning']],
  [/^grok-3$/, 'grok-3', 131_072, TEXT],
  [/^grok-3-mini$/, 'grok-3-mini', 131_072, [...TEXT, 'reasoning']],
  [/^grok-4$/, 'grok-4', 256_000, THINKS],
  [/^nova-micro$/, 'nova-micro', 128_000, ['tools']],
  [/^nova-lite$/, 'nova-lite', 300_000, ['tools', 'vision']],
  [/^nova-pro$/, 'nova-pro', 300_000, ['tools', 'vision']],
];

/** What is known of a model by any of the names that vendors give it; null: nothing. */
export function knownModel(name: string): KnownModel | null {
  const plain = plainName(name);
  const row = ROWS.find(([pattern]) => pattern.test(plain));
  if (row === undefined) return null;
  const [, family, contextWindow, capabilities] = row;
  return { family, contextWindow, capabilities: [...capabilities] };
}

/** `us.anthropic.claude-sonnet-4-5-20250929-v1:0` and `anthropic/claude-sonnet-4.5` are `claude-sonnet-4-5`. */
function plainName(name: string): string {
  const last = name.toLowerCase().split('/').at(-1) ?? '';
  return last
    .replace(/^(us|us-gov|eu|apac|jp|au|ca|global)\./, '')
    .replace(/^(anthropic|amazon|meta|mistral|openai|deepseek|google|cohere)\./, '')
    .replace(/@.*$/, '')
    .replace(/:(free|beta|extended|nitro|floor|online)$/, '')
    .replace(/-v\d+(:\d+)?$/, '')
    .replace(/-latest$/, '')
    .replace(/-(\d{8}|\d{4}-\d{2}-\d{2}|\d{4})$/, '')
    .replace(/(\d)\.(\d)/g, '$1-$2');
}
