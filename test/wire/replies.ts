import type { Failure } from '#lib/engine/types.ts';
import { classifyReply } from '#lib/wire/classify.ts';

/** Classifies one reply of an OpenAI-compatible provider, at the start of 2026. */
export function classify(
  status: number,
  body: string | object,
  headers: Record<string, string> = {},
): Failure {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return classifyReply({
    kind: 'openai-compatible',
    status,
    headers,
    body: bytes,
    nowWallMs: Date.UTC(2026, 0, 1),
  });
}

export const openAi = (
  message: string,
  code: string | null = null,
  type = 'invalid_request_error',
): object => ({
  error: { message, type, param: null, code },
});
export const anthropic = (type: string, message = 'x', details?: object): object => ({
  type: 'error',
  error: { type, message, details },
  request_id: 'req_1',
});
export const google = (status: string, message: string, details: object[] = []): object => ({
  error: { code: 429, message, status, details },
});
export const quota = (quotaId: string, quotaValue = '10'): object => ({
  violations: [{ quotaId, quotaValue }],
});
