import { asObject, asText, parseJson } from '../json.ts';

/** A Google service account's key, as far as it is needed to get access tokens. */
export interface ServiceAccount {
  clientEmail: string;
  /** PEM. */
  privateKey: string;
  privateKeyId: string | null;
  tokenUri: string;
  projectId: string | null;
}

export type VertexCredential =
  | { type: 'service_account'; account: ServiceAccount }
  /** An OAuth access token, which somebody else renews. */
  | { type: 'access_token'; token: string }
  /** Express mode: an API key instead of a project. */
  | { type: 'api_key'; key: string };

export const VERTEX_FORMS =
  'a service account\'s key as the JSON that Google gives out ({"type": "service_account", ...}), an OAuth access token (ya29...) or an API key';

const GOOGLE_TOKEN_URI = 'https://oauth2.googleapis.com/token';

/** Reading a service account's JSON for each call would cost more than the rest of the address. */
const recent = new Map<string, VertexCredential | null>();
const RECENT_MAX = 50;

/**
 * A Vertex credential by its form: JSON is a service account's key, `ya29.` or `Bearer ` begins an access token, anything else without
 * white space is an API key. null: cannot be read.
 */
export function readVertexCredential(credential: string): VertexCredential | null {
  const text = credential.trim();
  if (!text.startsWith('{')) return readToken(text);
  const known = recent.get(text);
  if (known !== undefined) return known;
  if (recent.size >= RECENT_MAX) recent.clear();
  const account = readServiceAccount(text);
  const read: VertexCredential | null = account === null ? null : { type: 'service_account', account };
  recent.set(text, read);
  return read;
}

function readToken(text: string): VertexCredential | null {
  const token = /^bearer\s+(\S+)$/i.exec(text)?.[1];
  if (token !== undefined) return { type: 'access_token', token };
  if (!/^[\x21-\x7e]+$/.test(text)) return null;
  return text.startsWith('ya29.') ? { type: 'access_token', token: text } : { type: 'api_key', key: text };
}

function readServiceAccount(text: string): ServiceAccount | null {
  const json = asObject(parseJson(text));
  const clientEmail = asText(json?.client_email);
  const privateKey = asText(json?.private_key);
  const tokenUri = asText(json?.token_uri) ?? GOOGLE_TOKEN_URI;
  if (clientEmail === null || privateKey === null || !isTokenAddress(tokenUri)) return null;
  return {
    clientEmail,
    privateKey,
    privateKeyId: asText(json?.private_key_id),
    tokenUri,
    projectId: asText(json?.project_id),
  };
}

/** The signed claim is as good as a password for an hour: it goes out over TLS, or stays on this machine. */
function isTokenAddress(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
  );
}
