import { asObject, asText, parseJson } from '../json.ts';

export type AwsCredential =
  /** Signs each request. */
  | { type: 'keys'; accessKeyId: string; secretAccessKey: string; sessionToken: string | null }
  /** A Bedrock API key: sent as it is. */
  | { type: 'token'; token: string };

export const AWS_FORMS =
  'ACCESS_KEY_ID:SECRET_ACCESS_KEY, with :SESSION_TOKEN behind it for a temporary one, the same as JSON {"accessKeyId": ..., "secretAccessKey": ..., "sessionToken": ...}, or a Bedrock API key';

const KEY_ID = /^[A-Z0-9]{16,128}$/;
const VISIBLE = /^[\x21-\x7e]+$/;

/**
 * An AWS credential by its form: JSON, keys set apart by colons (which AWS's keys never hold), or else a Bedrock API key. The names in
 * JSON may also be those of AWS's own tools (`AccessKeyId`, `aws_access_key_id`). null: cannot be read.
 */
export function readAwsCredential(credential: string): AwsCredential | null {
  const text = credential.trim();
  if (text.startsWith('{')) return readJson(text);
  const bearer = /^bearer\s+(\S+)$/i.exec(text)?.[1];
  if (bearer !== undefined) return { type: 'token', token: bearer };
  if (!VISIBLE.test(text)) return null;
  const [accessKeyId = '', secretAccessKey, sessionToken = null, ...more] = text.split(':');
  if (secretAccessKey === undefined) {
    // Half of a pair of keys is no API key.
    return /^(AKIA|ASIA)[A-Z0-9]{12,}$/.test(text) ? null : { type: 'token', token: text };
  }
  return more.length > 0 ? null : keys(accessKeyId, secretAccessKey, sessionToken);
}

function readJson(text: string): AwsCredential | null {
  const given = asObject(parseJson(text));
  if (given === null) return null;
  const plain = new Map(
    Object.entries(given).map(([name, value]) => [
      name.toLowerCase().replaceAll('_', '').replace(/^aws/, ''),
      asText(value),
    ]),
  );
  return keys(
    plain.get('accesskeyid') ?? '',
    plain.get('secretaccesskey') ?? '',
    plain.get('sessiontoken') ?? null,
  );
}

function keys(
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | null,
): AwsCredential | null {
  if (!KEY_ID.test(accessKeyId) || !VISIBLE.test(secretAccessKey)) return null;
  if (sessionToken !== null && !VISIBLE.test(sessionToken)) return null;
  return { type: 'keys', accessKeyId, secretAccessKey, sessionToken };
}
