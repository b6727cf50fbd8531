import type { IncomingHttpHeaders } from 'node:http';
import { asObject, asText, parseJson } from '#lib/wire/json.ts';
import { type Admitted, admitFlow, admitKey, admitLength, admitStakes, readBody } from './admit.ts';
import type { Exchange } from './exchange.ts';
import { type HttpError, httpErrors } from './http-error.ts';
import type { FlowEntry } from './snapshot-index.ts';

/** What is read of any request before its flow is known. */
export interface Parsed {
  model: string;
  stream: boolean;
}

export type Parse<R> = (
  body: Uint8Array,
  headers: IncomingHttpHeaders,
) => { ok: true; request: R } | { ok: false; status: number; message: string; param: string | null };

export interface Admission<R> {
  flow: FlowEntry;
  request: R;
}

/** Lets a request in, or has answered and recorded why not: then, and when the client left meanwhile, null. */
export async function admitCall<R extends Parsed>(
  exchange: Exchange,
  beforeBody: () => void,
  parse: Parse<R>,
): Promise<Admission<R> | null> {
  const admission = await admit(exchange, beforeBody, parse);
  if (admission === null) {
    exchange.record({ outcome: 'aborted', status: 499 });
    return null;
  }
  if (admission.ok) return admission.value;
  exchange.refuse(admission.error);
  return null;
}

/** Key, size, stakes, body and flow, in the order in which a client can mend them; null when it left meanwhile. */
async function admit<R extends Parsed>(
  exchange: Exchange,
  beforeBody: () => void,
  parse: Parse<R>,
): Promise<Admitted<Admission<R>> | null> {
  const { index } = exchange.services;
  if (index === null) return turnedAway(httpErrors.notReady());
  const { headers } = exchange.request;
  const key = admitKey(headers, index);
  if (!key.ok) return key;
  exchange.key = key.value;
  const fault = admitLength(headers);
  if (fault !== null) return turnedAway(fault);
  const stakes = admitStakes(headers);
  if (!stakes.ok) return stakes;
  exchange.stakes = stakes.value;
  beforeBody();
  const body = await readBody(exchange.request);
  if (body === null || !body.ok) return body;
  const parsed = parse(withModel(body.value, exchange.deployment), headers);
  if (!parsed.ok) return turnedAway(httpErrors.badContent(parsed.status, parsed.message, parsed.param));
  const { request } = parsed;
  exchange.stream = request.stream;
  const flow = admitFlow(request.model, exchange.deployment, key.value, index);
  if (!flow.ok) return flow;
  exchange.flow = flow.value;
  return { ok: true, value: { flow: flow.value, request } };
}

function turnedAway(error: HttpError): Admitted<never> {
  return { ok: false, error };
}

const OPEN_OBJECT = 0x7b;

/** Azure's clients may leave the model to the path: then it is put in front of the body's first member. */
function withModel(body: Buffer, deployment: string | null): Buffer {
  if (deployment === null) return body;
  const json = asObject(parseJson(body.toString('utf8')));
  if (json === null || asText(json.model) !== null || 'model' in json) return body;
  const inside = body.indexOf(OPEN_OBJECT) + 1;
  const comma = Object.keys(json).length === 0 ? '' : ',';
  const member = Buffer.from(`"model":${JSON.stringify(deployment)}${comma}`);
  return Buffer.concat([body.subarray(0, inside), member, body.subarray(inside)]);
}
