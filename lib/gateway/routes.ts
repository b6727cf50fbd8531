import type { Face } from '#lib/contract/records.ts';
import type { Exchange } from './exchange.ts';

export type Handler = (exchange: Exchange, beforeBody: () => void) => void | Promise<void>;

export interface Route {
  /** The dialect of its errors; null: the client's headers tell. */
  face: Face | null;
  methods: Readonly<Record<string, Handler>>;
}

/** A request's path as the routes know it. */
export interface Place {
  path: string;
  /** Azure's clients name the model in the path. */
  deployment: string | null;
}

const AZURE = '/openai/';
const DEPLOYMENT = /^deployments\/([^/]+)\/(.+)$/;

/** Without query and closing slash; Azure's paths as OpenAI's. */
export function placeOf(url: string): Place {
  const query = url.indexOf('?');
  const whole = query === -1 ? url : url.slice(0, query);
  const path = whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole;
  return path.startsWith(AZURE) ? azurePlace(path.slice(AZURE.length)) : { path, deployment: null };
}

/** `/openai/deployments/{flow}/chat/completions?api-version=..`, `/openai/responses?api-version=..` and `/openai/v1/..`. */
function azurePlace(rest: string): Place {
  const [, deployment, route] = DEPLOYMENT.exec(rest) ?? [];
  if (deployment !== undefined) return { path: `/v1/${route}`, deployment: decoded(deployment) };
  return { path: rest.startsWith('v1/') ? `/${rest}` : `/v1/${rest}`, deployment: null };
}

/** The route that a client with a wrong base URL means, if one is there. */
export function rightBase(path: string, exists: (path: string) => boolean): string | null {
  const candidates = [`/v1${path}`, path.replace(/^\/v1(?=\/v1\/)/, ''), path.replace(/^.*?(?=\/v1\/)/, '')];
  return candidates.find((candidate) => candidate !== path && exists(candidate)) ?? null;
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
