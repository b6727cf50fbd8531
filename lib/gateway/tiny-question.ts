import { faceFormat } from '#lib/wire/faces.ts';
import type { ClientRequest } from '#lib/wire/types.ts';

/**
 * The question that a test asks a model. It names no limit of tokens, since models differ in what they call it; a few words are
 * asked for, and a streamed answer is let go at its first.
 */
export function tinyQuestion(model: string, stream: boolean): ClientRequest {
  const messages = [{ role: 'user', content: 'Reply with the single word OK.' }];
  const body = Buffer.from(JSON.stringify({ model, messages, stream }));
  const parsed = faceFormat('chat').parse(body, {});
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.request;
}
