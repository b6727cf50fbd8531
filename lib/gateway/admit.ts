import { hash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { STAKES_HEADER } from '#lib/contract/served-by-headers.ts';
import type { SnapshotApiKey } from '#lib/contract/snapshot.ts';
import type { Stakes } from '#lib/engine/types.ts';
import { BODY_LIMIT_BYTES, type HttpError, httpErrors } from './http-error.ts';
import type { FlowEntry, SnapshotIndex } from './snapshot-index.ts';

/** A value, or why the request is turned away. */
export type Admitted<T> = { ok: true; value: T } | { ok: false; error: HttpError };

/**
 * Who asks. Clients send their key as a Bearer token (OpenAI, Anthropic since 1.0), `x-api-key` (Anthropic) or `api-key` (Azure),
 * and some send two: one that is known is enough. Keys are looked up by their hash, so how long that takes says nothing about one.
 */
export function admitKey(headers: IncomingHttpHeaders, index: SnapshotIndex): Admitted<SnapshotApiKey> {
  const bearer = bearerToken(headers.authorization);
  const own = plainKey(headers['x-api-key']);
  const azure = plainKey(headers['api-key']);
  const found = lookUp(bearer, index) ?? lookUp(own, index) ?? lookUp(azure, index);
  if (found !== undefined) return { ok: true, value: found };
  const none = bearer === '' && own === '' && azure === '';
  return { ok: false, error: none ? httpErrors.missingKey() : httpErrors.wrongKey() };
}

function lookUp(key: string, index: SnapshotIndex): SnapshotApiKey | undefined {
  return key === '' ? undefined : index.apiKeys.get(hash('sha256', key, 'hex'));
}

function plainKey(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header.trim() : '';
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined || !/^bearer\s/i.test(authorization)) return '';
  return authorization.slice(7).trim();
}

/** The flow that the path's deployment or `model` names, by slug or alias; else the key's default flow. */
export function admitFlow(
  model: string,
  deployment: string | null,
  key: SnapshotApiKey,
  index: SnapshotIndex,
): Admitted<FlowEntry> {
  const entry =
    (deployment === null ? undefined : index.flows.get(deployment)) ??
    index.flows.get(model) ??
    (key.defaultFlow === null ? undefined : index.flows.get(key.defaultFlow));
  if (entry !== undefined) return { ok: true, value: entry };
  const names = index.flowList.map(({ flow }) => flow.slug);
  return { ok: false, error: httpErrors.unknownFlow(model, names) };
}

export function admitStakes(headers: IncomingHttpHeaders): Admitted<Stakes | null> {
  const given = headers[STAKES_HEADER];
  if (given === undefined) return { ok: true, value: null };
  const stakes = String(given).trim().toLowerCase();
  if (stakes === 'high' || stakes === 'low') return { ok: true, value: stakes };
  return { ok: false, error: httpErrors.wrongStakes(String(given)) };
}

/** What the headers alone rule out, before a byte of the body is read. */
export function admitLength(headers: IncomingHttpHeaders): HttpError | null {
  if (Number(headers['content-length'] ?? 0) > BODY_LIMIT_BYTES) return httpErrors.tooLarge();
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return httpErrors.encodedBody(encoding);
  return null;
}

/** The whole body; `null` when the client went away before its end. Stops collecting at the limit. */
export function readBody(request: IncomingMessage): Promise<Admitted<Buffer> | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (result: Admitted<Buffer> | null) => {
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > BODY_LIMIT_BYTES) finish({ ok: false, error: httpErrors.tooLarge() });
    };
    const onEnd = () => finish({ ok: true, value: single(chunks) ?? Buffer.concat(chunks, size) });
    const onGone = () => finish(null);
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}

function single(chunks: readonly Buffer[]): Buffer | undefined {
  return chunks.length === 1 ? chunks[0] : undefined;
}
