import { type ModelEntry, modelEntry, modelList } from '#lib/wire/model-list.ts';
import { admitKey } from './admit.ts';
import type { Exchange } from './exchange.ts';
import { type HttpError, httpErrors } from './http-error.ts';
import { primaryOf } from './primary.ts';
import { idHeaders, sendJson } from './respond.ts';
import { decoded } from './routes.ts';
import type { SnapshotIndex } from './snapshot-index.ts';

export const MODEL_PREFIX = '/v1/models/';

interface FlowModel extends ModelEntry {
  switchyard: { flow: string; name: string; aliases: string[] };
}

/** `GET /v1/models`: every name that a client may send as `model`, slugs and aliases each as an id of its own. */
export function answerModels(exchange: Exchange): void {
  const index = admitReader(exchange);
  if (index === null) return;
  const ids = new Set(index.flowList.flatMap(({ flow }) => [flow.slug, ...flow.aliases]));
  const models = [...ids].flatMap((id) => describe(id, index));
  const query = new URLSearchParams((exchange.request.url ?? '').split('?')[1] ?? '');
  const page = { limit: limitOf(query), afterId: query.get('after_id'), beforeId: query.get('before_id') };
  send(exchange, modelList(models, page));
}

/** `GET /v1/models/{id}`. */
export function answerModel(exchange: Exchange): void {
  const index = admitReader(exchange);
  if (index === null) return;
  const path = (exchange.request.url ?? '').split('?')[0] ?? '';
  const id = decoded(path.slice(path.indexOf(MODEL_PREFIX) + MODEL_PREFIX.length));
  const [model] = describe(id, index);
  if (model !== undefined) send(exchange, model);
  else refuse(exchange, httpErrors.unknownFlow(id, flowNames(index)));
}

function admitReader(exchange: Exchange): SnapshotIndex | null {
  const { index } = exchange.services;
  if (index === null) return refuse(exchange, httpErrors.notReady());
  const key = admitKey(exchange.request.headers, index);
  return key.ok ? index : refuse(exchange, key.error);
}

function refuse(exchange: Exchange, error: HttpError): null {
  exchange.refuseUnrecorded(error);
  return null;
}

function send(exchange: Exchange, body: object): void {
  sendJson(exchange.response, 200, idHeaders(exchange.id, exchange.format.requestIdHeader), body);
}

function describe(id: string, index: SnapshotIndex): FlowModel[] {
  const owner = index.flows.get(id);
  if (owner === undefined) return [];
  const { slug, name, aliases } = owner.flow;
  const contextWindow = primaryOf(owner)?.engine.contextWindow ?? null;
  const entry = modelEntry({ id, name, contextWindow }, index.createdAtWallMs);
  return [{ ...entry, switchyard: { flow: slug, name, aliases } }];
}

function limitOf(query: URLSearchParams): number | null {
  const limit = Number(query.get('limit') ?? '');
  return Number.isInteger(limit) && limit > 0 ? limit : null;
}

function flowNames(index: SnapshotIndex): string[] {
  return index.flowList.map(({ flow }) => flow.slug);
}
