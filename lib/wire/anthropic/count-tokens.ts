import type { Adapter } from '../../contract/config.ts';
import { adaptBody, changesRequest } from '../adapter/adapt.ts';
import { type Refused, readClientBody, refused } from '../client-body.ts';
import { protocolViolation } from '../failures.ts';
import { asNumber, asObject, parseJson, viewOf } from '../json.ts';
import { passthroughBody } from '../passthrough-request.ts';
import type { ClientRequest, CompletionResult, UpstreamTarget } from '../types.ts';
import type { UpstreamBuilt } from '../upstream-built.ts';
import { anthropicAddress } from './address.ts';

/** `POST /v1/messages/count_tokens`, parsed once. */
export type CountRequest = Pick<ClientRequest, 'body' | 'json' | 'model' | 'modelSpan' | 'passHeaders'>;

/** Reads the body: `model` and `messages`. Everything else is left for the provider to judge. */
export function parseCount(
  body: Uint8Array,
  passHeaders: Readonly<Record<string, string>>,
): { ok: true; request: CountRequest } | Refused {
  const read = readClientBody(body, ({ messages }) =>
    Array.isArray(messages) ? null : refused('messages: an array of messages is needed.', 'messages'),
  );
  if (!read.ok) return read;
  const { json, model, modelSpan } = read;
  return { ok: true, request: { body, json, model, modelSpan, passHeaders } };
}

/** True for a target that has the endpoint. Clouds that serve the same models do not, or elsewhere. */
export function countsTokens({ kind }: Pick<UpstreamTarget, 'kind'>): boolean {
  return kind === 'anthropic';
}

/** The request for a target: the prompt as an answer's request would have it, so that what is counted is what is sent. */
export function buildCount(request: CountRequest, target: UpstreamTarget): UpstreamBuilt {
  const { passHeaders, json } = request;
  const dialect = 'anthropic-messages';
  const { url, headers } = anthropicAddress({ target, dialect, stream: false, passHeaders });
  const common = { url: `${url}/count_tokens`, headers, dialect, authorization: null } as const;
  const adapter = promptRules(target.adapter);
  if (!changesRequest(adapter)) {
    return { ok: true, request: { ...common, body: passthroughBody(request, target.model), notes: [] } };
  }
  const whole = { ...json, model: target.model };
  const { body, notes } = adaptBody({ dialect, kind: target.kind, body: whole, adapter });
  return { ok: true, request: { ...common, body: JSON.stringify(body), notes } };
}

/** Parameters of an answer have no place in a count. */
function promptRules(adapter: Adapter | null): Adapter | null {
  if (adapter === null) return null;
  const { systemPrefix, systemSuffix, replace } = adapter;
  return { systemPrefix, systemSuffix, replace };
}

/** Validates a whole 200: `{input_tokens}`. Its bytes are relayed as they are. */
export function readCount(body: Uint8Array): CompletionResult {
  const counted = asNumber(asObject(parseJson(viewOf(body).toString('utf8')))?.input_tokens);
  if (counted === null) return { ok: false, failure: protocolViolation('The answer is no count of tokens.') };
  return { ok: true, bytes: body, usage: null, model: null };
}
