import type { Adapter } from '../contract/config.ts';
import type { CanonicalRequest } from './canonical-request.ts';
import { changesPrompt } from './openai/adapter.ts';

/** The request with the adapter's texts before and behind its system prompt. */
export function adaptCanonical(request: CanonicalRequest, adapter: Adapter | null): CanonicalRequest {
  if (!changesPrompt(adapter)) return request;
  const { systemPrefix = '', systemSuffix = '' } = adapter;
  const texts = [systemPrefix, ...request.system.map(({ text }) => text), systemSuffix];
  const system = texts.filter((text) => text !== '').map((text) => ({ kind: 'text' as const, text }));
  return { ...request, system };
}
