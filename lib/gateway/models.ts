import { type ModelEntry, modelEntry, modelList } from '#lib/wire/openai/models.ts';
import { admitKey } from './admit.ts';
import type { Exchange } from './exchange.ts';
import { type HttpError, httpErrors } from './http-error.ts';
import { idHeaders, sendJson } from './respond.ts';
import type { FlowEntry, SnapshotIndex } from './snapshot-index.ts';

const PREFIX = '/v1/models/';

interface FlowModel extends ModelEntry {
  switchyard: { flow: string; name: string; aliases: string[] };
}

/** `GET /v1/models`: every name that a client may send as `model`. */
export function answerModels(exchange: Exchange): void {
  const index = admitReader(exchange);
  if (index === null) return;
  const list = modelList(
    index.flowList.map(({ flow }) => flow),
    index.createdAtWallMs,
  );
  const data = list.data.flatMap((entry) => describe(entry, index.flows.get(entry.id)));
  sendJson(exchange.response, 200, idHeaders(exchange.id), { ...list, data });
}

/** `GET /v1/models/{id}`. */
export function answerModel(exchange: Exchange): void {
  const index = admitReader(exchange);
  if (index === null) return;
  const id = decoded((exchange.request.url ?? '').split('?')[0]?.slice(PREFIX.length) ?? '');
  const [model] = describe(modelEntry(id, index.createdAtWallMs), index.flows.get(id));
  if (model !== undefined) sendJson(exchange.response, 200, idHeaders(exchange.id), model);
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

function describe(entry: ModelEntry, owner: FlowEntry | undefined): FlowModel[] {
  if (owner === undefined) return [];
  const { slug, name, aliases } = owner.flow;
  return [{ ...entry, switchyard: { flow: slug, name, aliases } }];
}

function flowNames(index: SnapshotIndex): string[] {
  return index.flowList.map(({ flow }) => flow.slug);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
