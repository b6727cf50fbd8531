import { type Address, type Call, jsonHeaders, withoutSlashes } from '../call.ts';
import type { UpstreamTarget } from '../types.ts';
import { readAwsCredential } from './credential.ts';

/** Bedrock's runtime; an API key goes along, keys sign right before sending. */
export function bedrockAddress({ target, stream }: Call): Address {
  const headers = jsonHeaders(false);
  if (stream) headers.accept = 'application/vnd.amazon.eventstream';
  const base = withoutSlashes(target.baseUrl);
  const url = `${base}/model/${encoded(target.model)}/${stream ? 'converse-stream' : 'converse'}`;
  const given = bedrockAuthorization(target.credential);
  return { url, headers: { ...headers, ...given.headers }, authorization: given.authorization };
}

/** How a call to AWS shows who makes it: a header, or a signature right before it is sent. */
export function bedrockAuthorization(given: string | null): Pick<Address, 'headers' | 'authorization'> {
  if (given === null) return { headers: {}, authorization: null };
  const credential = readAwsCredential(given);
  if (credential?.type !== 'token') return { headers: {}, authorization: 'aws-sigv4' };
  return { headers: { authorization: `Bearer ${credential.token}` }, authorization: null };
}

/** Where models are listed: the control plane, beside the runtime. null: not to be found from a private endpoint's address. */
export function bedrockControlBase(baseUrl: string): string | null {
  const base = withoutSlashes(baseUrl);
  return /\bvpce\b/.test(base) ? null : base.replace(/\bbedrock-runtime\b/, 'bedrock');
}

/** The region that a signature is made for: the host's, else the endpoint's; null: none is known. */
export function bedrockRegion({
  baseUrl,
  region,
}: Pick<UpstreamTarget, 'baseUrl' | 'region'>): string | null {
  const host = /\bbedrock-runtime(?:-fips)?\.([a-z]{2,}(?:-[a-z]+)+-\d+)\./.exec(baseUrl)?.[1];
  return host ?? region;
}

/** What keeps a Bedrock target from being addressed, in a sentence that says what to do; null: nothing. */
export function bedrockProblem(target: UpstreamTarget): string | null {
  if (target.credential === null || bedrockRegion(target) !== null) return null;
  if (readAwsCredential(target.credential)?.type !== 'keys') return null;
  return 'No AWS region is known: give the endpoint a region, or a base URL such as https://bedrock-runtime.eu-central-1.amazonaws.com.';
}

/** A model's id or ARN as one path segment, encoded as AWS's own clients do it. */
function encoded(model: string): string {
  return encodeURIComponent(model).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
