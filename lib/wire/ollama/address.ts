import { type Address, type Call, jsonHeaders, withoutSlashes } from '../call.ts';

/**
 * True for an endpoint whose address is that of Ollama's own chat API (`http://localhost:11434/api/chat`). It takes what its `/v1` cannot be
 * told, the size of the context above all, beyond which Ollama cuts a prompt off without a word.
 */
export function speaksOllama(baseUrl: string): boolean {
  return /\/api\/chat\/*$/.test(baseUrl);
}

/** The same server's address without the API's own path; others come back as they are. */
export function ollamaServer(baseUrl: string): string {
  return withoutSlashes(baseUrl).replace(/\/api\/chat$/, '');
}

export function ollamaAddress({ target, stream }: Call): Address {
  const headers = jsonHeaders(false);
  if (stream) headers.accept = 'application/x-ndjson';
  // Ollama's cloud wants a key; a server of one's own has none.
  if (target.credential !== null) headers.authorization = `Bearer ${target.credential}`;
  return { url: withoutSlashes(target.baseUrl), headers, authorization: null };
}
