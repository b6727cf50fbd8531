import { type Address, type Call, jsonHeaders } from '../call.ts';
import { ollamaServer } from '../ollama/address.ts';
import type { Dialect } from '../types.ts';

/** OpenAI itself and endpoints that are compatible with it. */
export function openAiAddress({ target, dialect, stream }: Call): Address {
  const headers = jsonHeaders(stream);
  if (target.credential !== null) headers.authorization = `Bearer ${target.credential}`;
  return { url: `${versionedBase(target.baseUrl)}/${openAiPath(dialect)}`, headers, authorization: null };
}

/** The address with its version: `/v1` unless it names one. Ollama has models and embeddings there as well. */
export function versionedBase(baseUrl: string): string {
  const base = ollamaServer(baseUrl);
  return hasVersionSegment(base) ? base : `${base}/v1`;
}

/** True for `.../v1`, `.../openai/v1` and Google's `.../v1beta/openai`. */
export function hasVersionSegment(baseUrl: string): boolean {
  return /\/v\d[a-z0-9]*(\/openai)?$/.test(baseUrl);
}

/** What OpenAI calls the place where a dialect is spoken. */
export function openAiPath(dialect: Dialect): 'chat/completions' | 'responses' {
  return dialect === 'openai-responses' ? 'responses' : 'chat/completions';
}
