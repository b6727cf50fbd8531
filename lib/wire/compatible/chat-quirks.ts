import { speaksUndated } from '../openai/azure-address.ts';
import type { UpstreamTarget } from '../types.ts';

/** What one endpoint's chat completions take, where endpoints differ. Only what a translated request can carry stands here. */
export interface ChatQuirks {
  /** As notes call it. */
  vendor: string;
  tokenLimit: 'max_tokens' | 'max_completion_tokens';
  /** `stream_options.include_usage` */
  streamUsage: boolean;
  seed: 'seed' | 'random_seed';
  /** Parameters that the endpoint or the model refuses. */
  refuses: readonly Refusable[];
  /** Stop sequences at most; 0: the model refuses any. */
  mostStops: number;
  /** How reasoning is asked for; null: it cannot be. */
  reasoning: 'reasoning_effort' | 'reasoning' | null;
  /** `response_format` with a JSON Schema. */
  jsonSchema: boolean;
  /** Ids of tool calls must be nine letters and digits. */
  shortToolIds: boolean;
  /** Files with their bytes in the message. */
  files: boolean;
  /** Wants the reasoning back that stood before tool calls, and takes no other. */
  toolReasoning: boolean;
}

export type Refusable =
  | 'temperature'
  | 'top_p'
  | 'top_k'
  | 'presence_penalty'
  | 'frequency_penalty'
  | 'user'
  | 'parallel_tool_calls';

const SAMPLING: readonly Refusable[] = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty'];

/** An endpoint that nothing is known about. */
const UNKNOWN: ChatQuirks = {
  vendor: 'This endpoint',
  tokenLimit: 'max_tokens',
  streamUsage: false,
  seed: 'seed',
  refuses: ['top_k'],
  mostStops: 4,
  reasoning: null,
  jsonSchema: true,
  shortToolIds: false,
  files: false,
  toolReasoning: false,
};

/** Servers that people run themselves (vLLM, Ollama, SGLang, llama.cpp, LM Studio) know all of it or pass over what they do not. */
const OWN_SERVER: ChatQuirks = {
  ...UNKNOWN,
  vendor: 'This server',
  streamUsage: true,
  refuses: [],
  mostStops: Number.POSITIVE_INFINITY,
  reasoning: 'reasoning_effort',
};

/** By the end of the host's name. */
const VENDORS: readonly (readonly [host: string, quirks: (model: string) => ChatQuirks])[] = [
  ['api.groq.com', groq],
  ['api.mistral.ai', mistral],
  ['api.deepseek.com', deepseek],
  ['api.x.ai', xai],
  ['openrouter.ai', () => ({ ...relay('OpenRouter'), reasoning: 'reasoning', files: true })],
  ['api.together.xyz', () => relay('Together')],
  ['api.together.ai', () => relay('Together')],
  ['api.fireworks.ai', () => ({ ...relay('Fireworks'), reasoning: 'reasoning_effort' })],
  ['api.cerebras.ai', () => ({ ...UNKNOWN, vendor: 'Cerebras', streamUsage: true })],
  ['api.openai.com', openAi],
];

/** What this target's chat completions take, by its kind, its host and, where vendors differ by model, its model's name. */
export function chatQuirks({ kind, baseUrl, model }: UpstreamTarget): ChatQuirks {
  if (kind === 'openai') return openAi(model);
  if (kind === 'azure-openai') return azure(model, speaksUndated(baseUrl));
  const host = hostOf(baseUrl);
  const vendor = VENDORS.find(([end]) => host === end || host.endsWith(`.${end}`));
  if (vendor !== undefined) return vendor[1](model);
  return isOwnServer(host) ? OWN_SERVER : UNKNOWN;
}

function openAi(model: string): ChatQuirks {
  const common: ChatQuirks = {
    ...UNKNOWN,
    vendor: 'OpenAI',
    tokenLimit: 'max_completion_tokens',
    streamUsage: true,
    files: true,
  };
  if (!reasons(model)) return common;
  const refuses: Refusable[] = [...SAMPLING, 'top_k'];
  if (/^o\d/.test(model)) refuses.push('parallel_tool_calls');
  return { ...common, reasoning: 'reasoning_effort', refuses, mostStops: 0 };
}

/** OpenAI's models that reason before they answer take no sampling parameters. */
function reasons(model: string): boolean {
  return /^(o\d|gpt-[5-9])/.test(model) && !model.includes('-chat');
}

/** Its dated API has the old limit for models that do not reason, and no files. */
function azure(model: string, undated: boolean): ChatQuirks {
  if (undated) return { ...openAi(model), vendor: 'Azure OpenAI' };
  const tokenLimit = reasons(model) ? 'max_completion_tokens' : 'max_tokens';
  return { ...openAi(model), vendor: 'Azure OpenAI', tokenLimit, files: false };
}

function groq(model: string): ChatQuirks {
  const reasoning = model.includes('gpt-oss') ? 'reasoning_effort' : null;
  const tokenLimit = 'max_completion_tokens';
  return { ...UNKNOWN, vendor: 'Groq', tokenLimit, streamUsage: true, reasoning };
}

/** Refuses every field that it does not know; usage comes unasked. */
function mistral(): ChatQuirks {
  return {
    ...UNKNOWN,
    vendor: 'Mistral',
    seed: 'random_seed',
    refuses: ['top_k', 'user'],
    shortToolIds: true,
  };
}

function deepseek(): ChatQuirks {
  const refuses: Refusable[] = ['top_k', 'parallel_tool_calls'];
  return {
    ...UNKNOWN,
    vendor: 'DeepSeek',
    streamUsage: true,
    refuses,
    jsonSchema: false,
    toolReasoning: true,
  };
}

/** Its reasoning models refuse penalties and stops; only the small one takes an effort. */
function xai(model: string): ChatQuirks {
  const plain = /grok-[23](?!-mini)/.test(model);
  return {
    ...UNKNOWN,
    vendor: 'xAI',
    streamUsage: true,
    refuses: plain ? ['top_k'] : ['top_k', 'presence_penalty', 'frequency_penalty'],
    mostStops: plain ? UNKNOWN.mostStops : 0,
    reasoning: model.includes('grok-3-mini') ? 'reasoning_effort' : null,
  };
}

/** Services in front of many models: they take the common parameters and drop what a model does not know. */
function relay(vendor: string): ChatQuirks {
  return { ...UNKNOWN, vendor, streamUsage: true, refuses: [] };
}

function hostOf(baseUrl: string): string {
  return /^https?:\/\/([^/:]+)/i.exec(baseUrl)?.[1]?.toLowerCase() ?? '';
}

/** A name without a domain, a private domain, or a private address. */
function isOwnServer(host: string): boolean {
  if (!host.includes('.') || /\.(local|internal|lan|svc)$/.test(host)) return true;
  return /^(127|10)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\./.test(host);
}
