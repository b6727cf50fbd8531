import type { ProviderKind } from '../contract/config.ts';
import { anthropicRequest } from './anthropic/request.ts';
import { readAnthropicMessage } from './anthropic/response.ts';
import { AnthropicDecoder } from './anthropic/stream.ts';
import { asNumber } from './json.ts';
import { readOpenAiCompletion } from './openai/completion.ts';
import { passthroughRequest } from './openai/passthrough-request.ts';
import { PassthroughDecoder } from './openai/passthrough-stream.ts';
import type { ReplyHeaders } from './retry-after.ts';
import type { ClientRequest, CompletionResult, StreamDecoder, UpstreamTarget } from './types.ts';
import type { UpstreamBuilt } from './upstream-built.ts';

export interface UpstreamContext {
  request: ClientRequest;
  target: UpstreamTarget;
  /** Milliseconds since the epoch, for `created` of translated answers. */
  nowWallMs?: () => number;
}

/** The request to send to a target, or an `unsupported_feature` failure that names the field without a translation. */
export function buildUpstream(request: ClientRequest, target: UpstreamTarget): UpstreamBuilt {
  switch (target.kind) {
    case 'openai':
    case 'openai-compatible':
    case 'azure-openai':
      return { ok: true, request: passthroughRequest(request, target) };
    case 'anthropic':
      return anthropicRequest(request, target);
    default:
      return unknownKind(target.kind);
  }
}

/** A decoder for one streamed 200 of this kind of provider; never reused. */
export function createStreamDecoder(kind: ProviderKind, context: UpstreamContext): StreamDecoder {
  switch (kind) {
    case 'openai':
    case 'openai-compatible':
    case 'azure-openai':
      return new PassthroughDecoder(asNumber(context.request.json.n) ?? 1);
    case 'anthropic':
      return new AnthropicDecoder({
        created: createdSeconds(context),
        includeUsage: context.request.includeUsage,
        model: context.target.model,
      });
    default:
      return unknownKind(kind);
  }
}

/** Validates a whole 200 and brings it into the client's format; an answer that is none comes back as a failure. */
export function readCompletion(
  kind: ProviderKind,
  context: UpstreamContext,
  _headers: ReplyHeaders,
  body: Uint8Array,
): CompletionResult {
  switch (kind) {
    case 'openai':
    case 'openai-compatible':
    case 'azure-openai':
      return readOpenAiCompletion(body);
    case 'anthropic':
      return readAnthropicMessage(body, createdSeconds(context));
    default:
      return unknownKind(kind);
  }
}

function createdSeconds(context: UpstreamContext): number {
  return Math.floor((context.nowWallMs ?? Date.now)() / 1000);
}

function unknownKind(kind: never): never {
  throw new Error(`No wire format for the provider kind "${String(kind)}".`);
}
