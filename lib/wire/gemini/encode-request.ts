import type { CanonicalRequest } from '../canonical-request.ts';
import { TranslationLog } from '../translation-log.ts';
import type { EncodedRequest, UpstreamTarget } from '../types.ts';
import { encodeConfig } from './encode-config.ts';
import { ContentsEncoder } from './encode-contents.ts';
import { encodeTools } from './encode-tools.ts';
import { geminiTraits } from './model-traits.ts';

/** The body of `generateContent`, for the Gemini API and for Vertex; a failure names what Google cannot be asked for. */
export function encodeGeminiRequest(request: CanonicalRequest, target: UpstreamTarget): EncodedRequest {
  const log = new TranslationLog();
  for (const sentence of request.notes ?? []) log.note(sentence);
  for (const field of request.dropped) log.leaveOut(field, 'Google');
  if (request.user !== null) log.leaveOut('user', 'Google');
  const { config, instruction } = encodeConfig(request, target, log);
  const contents = new ContentsEncoder(target, log).encode(request.messages);
  const system = [...request.system.map(({ text }) => text), ...(instruction === null ? [] : [instruction])];
  const placed = placeSystem(system, contents, target, log);
  const body = {
    ...placed,
    ...encodeTools(request, target, log),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
  };
  if (log.failure !== null) return { ok: false, failure: log.failure };
  return { ok: true, body, notes: log.notes };
}

type Contents = ReturnType<ContentsEncoder['encode']>;

/** System texts apart from the turns; in front of them for a model that has no such field, or when there is no turn at all. */
function placeSystem(
  system: readonly string[],
  contents: Contents,
  { model }: UpstreamTarget,
  log: TranslationLog,
): { contents: Contents; systemInstruction?: object } {
  const parts = system.filter((text) => text !== '').map((text) => ({ text }));
  if (parts.length === 0) return { contents };
  if (contents.length > 0 && geminiTraits(model).systemInstruction) {
    return { contents, systemInstruction: { parts } };
  }
  log.note("The system prompt was sent as the user's: this model takes no other here.");
  const [first, ...rest] = contents;
  if (first?.role === 'user' && first.parts[0]?.functionResponse === undefined) {
    return { contents: [{ role: 'user', parts: [...parts, ...first.parts] }, ...rest] };
  }
  return { contents: [{ role: 'user', parts }, ...contents] };
}
