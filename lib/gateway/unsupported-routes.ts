import type { Face } from '#lib/contract/records.ts';
import { type HttpError, httpErrors } from './http-error.ts';

/** A path of a vendor's API that is not served here, and what to use in its stead. */
interface Unsupported {
  path: RegExp;
  /** Whose dialect the refusal is in; null: the client's headers tell. */
  face: Face | null;
  /** 404 for objects that a vendor would have stored, 501 for abilities. */
  status: 404 | 501;
  supported: string;
}

const STORED = 'Switchyard stores no answers: keep the conversation and send it whole';

const UNSUPPORTED: readonly Unsupported[] = [
  {
    path: /^\/v1\/responses\/input_tokens$/,
    face: 'responses',
    status: 501,
    supported: 'POST /v1/messages/count_tokens counts tokens where a flow has an Anthropic target.',
  },
  { path: /^\/v1\/responses\/compact$/, face: 'responses', status: 501, supported: 'POST /v1/responses is.' },
  {
    path: /^\/v1\/responses\/./,
    face: 'responses',
    status: 404,
    supported: `${STORED} to POST /v1/responses.`,
  },
  {
    path: /^\/v1\/chat\/completions\/./,
    face: 'chat',
    status: 404,
    supported: `${STORED} to POST /v1/chat/completions.`,
  },
  {
    path: /^\/v1\/conversations(\/|$)/,
    face: 'responses',
    status: 501,
    supported: `${STORED} to POST /v1/responses.`,
  },
  { path: /^\/v1\/completions$/, face: 'chat', status: 501, supported: 'Use POST /v1/chat/completions.' },
  { path: /^\/v1\/complete$/, face: 'messages', status: 501, supported: 'Use POST /v1/messages.' },
  {
    path: /^\/v1\/messages\/batches(\/|$)/,
    face: 'messages',
    status: 501,
    supported: 'Send the requests one by one to POST /v1/messages.',
  },
  {
    path: /^\/v1\/messages\/./,
    face: 'messages',
    status: 404,
    supported: 'POST /v1/messages and POST /v1/messages/count_tokens are.',
  },
  { path: /^\/v1\/batches(\/|$)/, face: 'chat', status: 501, supported: 'Send the requests one by one.' },
  {
    path: /^\/v1\/(files|uploads)(\/|$)/,
    face: null,
    status: 501,
    supported: 'Send the file inside the request, as base64 or as a URL.',
  },
  {
    path: /^\/v1\/(images|audio|videos|moderations|realtime)(\/|$)/,
    face: 'chat',
    status: 501,
    supported: 'Text is: POST /v1/chat/completions, /v1/responses, /v1/messages and /v1/embeddings.',
  },
  {
    path: /^\/v1\/(assistants|threads|vector_stores|containers|evals|fine_tuning|skills|agents|sessions|organizations?)(\/|$)/,
    face: null,
    status: 501,
    supported:
      'Use the vendor directly for this; model calls go to POST /v1/chat/completions, /v1/responses, /v1/messages and /v1/embeddings.',
  },
];

/** Why a path of some vendor's API is not there, or null when no vendor that we know has it. */
export function unsupportedRoute(
  method: string,
  path: string,
): { face: Face | null; error: HttpError } | null {
  const known = UNSUPPORTED.find((entry) => entry.path.test(path));
  if (known === undefined) return null;
  return {
    face: known.face,
    error: httpErrors.unsupportedRoute(known.status, method, path, known.supported),
  };
}
