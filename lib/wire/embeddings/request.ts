import type { ProviderKind } from '../../contract/config.ts';
import type { Unfit } from '../../engine/run-types.ts';
import { jsonHeaders } from '../call.ts';
import { type Refused, readClientBody, refused } from '../client-body.ts';
import { untranslatable } from '../failures.ts';
import type { JsonObject } from '../json.ts';
import { versionedBase } from '../openai/address.ts';
import { azureUrl, bodyModel } from '../openai/azure-address.ts';
import { passthroughBody } from '../passthrough-request.ts';
import type { ClientRequest, UpstreamTarget } from '../types.ts';
import type { UpstreamBuilt } from '../upstream-built.ts';

/**
 * A request for vectors, parsed once. Vectors of two models live in two spaces and cannot be compared, so it may go to
 * alternates of the flow's model, never to a backup model.
 */
export type EmbeddingsRequest = Pick<ClientRequest, 'body' | 'model' | 'modelSpan'>;

export type ParsedEmbeddings = { ok: true; request: EmbeddingsRequest } | Refused;

/** Reads the body of `POST /v1/embeddings`: `model` and `input`. Everything else is left for the provider to judge. */
export function parseEmbeddings(body: Uint8Array): ParsedEmbeddings {
  const read = readClientBody(body, faultOf);
  if (!read.ok) return read;
  const { model, modelSpan } = read;
  return { ok: true, request: { body, model, modelSpan } };
}

function faultOf({ input, stream }: JsonObject): Refused | null {
  if (stream === true) return refused('`stream` is not possible: vectors come whole.', 'stream');
  if (input === undefined || input === null) return refused('`input` is missing.', 'input');
  if (isInput(input)) return null;
  return refused(
    '`input` must be a text, a list of texts, a list of tokens or a list of such lists.',
    'input',
  );
}

function isInput(input: unknown): boolean {
  if (typeof input === 'string') return true;
  if (!Array.isArray(input) || input.length === 0) return false;
  return input.every(isText) || input.every(isToken) || input.every(isTokenList);
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isToken = (value: unknown): boolean => Number.isInteger(value);
const isTokenList = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isToken);

/** Why a target cannot be asked for vectors; null: it can. */
export function embeddingsUnfit({ slug, kind }: { slug: string; kind: ProviderKind }): Unfit | null {
  if (speaksEmbeddings(kind)) return null;
  return { reason: 'incapable', text: `${slug} ${why(kind)}` };
}

function why(kind: ProviderKind): string {
  return `has no embeddings in OpenAI's format: ask a target of kind openai, azure-openai or openai-compatible, not ${kind}.`;
}

function speaksEmbeddings(kind: ProviderKind): boolean {
  switch (kind) {
    case 'openai':
    case 'azure-openai':
    case 'openai-compatible':
      return true;
    case 'anthropic':
    case 'google':
    case 'vertex':
    case 'bedrock':
      return false;
    default:
      return kind satisfies never;
  }
}

/** The request for a target: the client's bytes with the target's model; a failure for a target without embeddings. */
export function buildEmbeddings(request: EmbeddingsRequest, target: UpstreamTarget): UpstreamBuilt {
  const { kind, credential, adapter } = target;
  if (!speaksEmbeddings(kind)) return { ok: false, failure: untranslatable('input', why(kind)) };
  const azure = kind === 'azure-openai';
  const url = azure ? azureUrl(target, 'embeddings') : `${versionedBase(target.baseUrl)}/embeddings`;
  const headers = jsonHeaders(false);
  if (credential !== null && azure) headers['api-key'] = credential;
  else if (credential !== null) headers.authorization = `Bearer ${credential}`;
  return {
    ok: true,
    request: {
      url,
      headers,
      body: passthroughBody(request, bodyModel(target, 'embeddings')),
      // Vectors have no dialect of their own; `readEmbeddings` reads them, and their errors are OpenAI's.
      dialect: 'openai-chat',
      notes:
        adapter === null
          ? []
          : ["The flow's rules for this target are about prompts: embeddings go without them."],
      authorization: null,
    },
  };
}
