import { type Address, type Call, jsonHeaders, withoutSlashes } from '../call.ts';
import type { UpstreamTarget } from '../types.ts';
import { generate, pathOf } from './address.ts';
import { readVertexCredential, type VertexCredential } from './credential.ts';

/** Gemini and other models of Google's garden on Vertex, but Claude. */
export function vertexAddress(call: Call): Address {
  const { model } = call.target;
  const path = model.includes('/') ? pathOf(model) : `publishers/google/models/${pathOf(model)}`;
  return address(call, `${path}:${generate(call.stream)}`);
}

/** Claude on Vertex: Anthropic's own bodies, with the model in the address and the version in the body. */
export function vertexAnthropicAddress(call: Call): Address {
  const { target, stream, passHeaders } = call;
  const method = stream ? 'streamRawPredict' : 'rawPredict';
  const beta = passHeaders['anthropic-beta'];
  const { headers, ...rest } = address(call, `publishers/anthropic/models/${pathOf(target.model)}:${method}`);
  return { ...rest, headers: { ...headers, ...(beta === undefined ? {} : { 'anthropic-beta': beta }) } };
}

/** What keeps a Vertex target from being addressed, in a sentence that says what to do; null: nothing. */
export function vertexProblem(target: UpstreamTarget): string | null {
  const place = placeOf(target);
  if (place.whole !== null || place.keyAlone) return null;
  if (place.project === null) {
    return "No Google Cloud project is known: use a service account's key, or end the endpoint's base URL with /v1/projects/PROJECT/locations/REGION.";
  }
  if (place.region === null) {
    return 'No Google Cloud region is known: give the endpoint a region, or a base URL such as https://europe-west4-aiplatform.googleapis.com.';
  }
  return null;
}

function address(call: Call, path: string): Address {
  const { target, stream } = call;
  const place = placeOf(target);
  const { base, project, region, whole } = place;
  const scope = place.keyAlone ? '' : `/projects/${project ?? '-'}/locations/${region ?? '-'}`;
  const headers = jsonHeaders(stream);
  const authorization = authorize(headers, target.credential, place.credential);
  return { url: `${whole ?? `${base}${scope}`}/${path}`, headers, authorization };
}

function authorize(
  headers: Record<string, string>,
  given: string | null,
  credential: VertexCredential | null,
): Address['authorization'] {
  if (given === null) return null;
  switch (credential?.type) {
    case 'api_key':
      headers['x-goog-api-key'] = credential.key;
      return null;
    case 'access_token':
      headers.authorization = `Bearer ${credential.token}`;
      return null;
    case 'service_account':
    case undefined:
      // What cannot be read is refused there, in words.
      return 'google-oauth';
    default:
      return credential satisfies never;
  }
}

interface Place {
  /** The base URL as it is, when it names project and region itself. */
  whole: string | null;
  /** Otherwise: up to the version. */
  base: string;
  project: string | null;
  region: string | null;
  /** Express mode: a key stands for the project. */
  keyAlone: boolean;
  credential: VertexCredential | null;
}

/** The base URL knows best where it leads; then the endpoint's region and the service account's own project count. */
function placeOf({ baseUrl, region, credential: given }: UpstreamTarget): Place {
  const url = withoutSlashes(baseUrl);
  const credential = given === null ? null : readVertexCredential(given);
  const project = credential?.type === 'service_account' ? credential.account.projectId : null;
  const within = /\/projects\/([^/]+)(?:\/locations\/([^/]+))?$/.exec(url);
  const root = versioned(within === null ? url : url.slice(0, within.index));
  const named = within?.[2] === undefined ? null : `${root}/projects/${within[1]}/locations/${within[2]}`;
  return {
    whole: named,
    base: root,
    project: within?.[1] ?? project,
    region: regionOfHost(url) ?? region ?? (isGlobalHost(url) ? 'global' : null),
    keyAlone: within === null && (given === null || credential?.type === 'api_key'),
    credential,
  };
}

function versioned(base: string): string {
  return /\/v\d[a-z0-9]*$/.test(base) ? base : `${base}/v1`;
}

/** `europe-west4-aiplatform.googleapis.com`, `aiplatform.eu.rep.googleapis.com`; null: the host names none. */
function regionOfHost(url: string): string | null {
  const one = /^https?:\/\/([a-z0-9-]+)-aiplatform\.googleapis\.com/.exec(url);
  const several = /^https?:\/\/aiplatform\.([a-z0-9-]+)\.rep\.googleapis\.com/.exec(url);
  return (one ?? several)?.[1] ?? null;
}

function isGlobalHost(url: string): boolean {
  return /^https?:\/\/aiplatform\.googleapis\.com/.test(url);
}
