import { type JsonObject, viewOf } from '../json.ts';
import type { ClientRequest, UpstreamTarget } from '../types.ts';

/** What Vertex wants in Claude's bodies, instead of the model and of the version header. */
const VERSION = 'vertex-2023-10-16';
const QUOTE = 0x22;
const COLON = 0x3a;

/** A Messages body for Vertex: the version in place of the model. */
export function vertexAnthropicBody({ model: _, anthropic_version: __, ...rest }: JsonObject): JsonObject {
  return { anthropic_version: VERSION, ...rest };
}

/** True for Claude on Vertex, which speaks Anthropic's dialect with another envelope. */
export function isVertexClaude({ kind, model }: Pick<UpstreamTarget, 'kind' | 'model'>): boolean {
  return kind === 'vertex' && model.startsWith('claude');
}

/**
 * The same for a client's bytes: the `model` member alone is replaced, everything else stays as it is. Bodies that write the key in an
 * unusual way, or hold a version already, are written anew.
 */
export function vertexAnthropicBytes({
  body,
  modelSpan: [valueStart, valueEnd],
  json,
}: Pick<ClientRequest, 'body' | 'modelSpan' | 'json'>): Uint8Array | string {
  const bytes = viewOf(body);
  const start = keyStart(bytes, valueStart);
  if (start === null || json.anthropic_version !== undefined)
    return JSON.stringify(vertexAnthropicBody(json));
  const version = Buffer.from(`"anthropic_version":"${VERSION}"`);
  return Buffer.concat([bytes.subarray(0, start), version, bytes.subarray(valueEnd)]);
}

/** Where the key of the value at `valueStart` begins; null unless it is written plainly. */
function keyStart(bytes: Buffer, valueStart: number): number | null {
  const colon = lastSolid(bytes, valueStart - 1);
  if (bytes[colon] !== COLON) return null;
  const end = lastSolid(bytes, colon - 1);
  const start = end - '"model"'.length + 1;
  return bytes[end] === QUOTE && bytes.toString('latin1', Math.max(0, start), end + 1) === '"model"'
    ? start
    : null;
}

function lastSolid(bytes: Buffer, from: number): number {
  let pos = from;
  while (pos > 0 && (bytes[pos] ?? 0) <= 0x20) pos -= 1;
  return pos;
}
