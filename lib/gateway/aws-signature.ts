import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredential } from '#lib/wire/bedrock/credential.ts';
import type { Signable } from './signable.ts';

export interface Signing {
  credential: Extract<AwsCredential, { type: 'keys' }>;
  region: string;
  /** Milliseconds since the epoch. */
  nowWallMs: number;
}

/**
 * Signs a call to Bedrock with AWS's Signature Version 4 and puts the signature into its headers. Host, content type and body are
 * signed; headers that are added later are not, and may be. The address must have no query.
 */
export async function signForAws(request: Signable, signing: Signing): Promise<void> {
  const { credential, region, nowWallMs } = signing;
  const { accessKeyId, secretAccessKey, sessionToken } = credential;
  const { method = 'POST' } = request;
  const signer = new SignatureV4({
    service: 'bedrock',
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
    sha256: Sha256,
  });
  const { protocol, host, hostname } = new URL(request.url);
  const signed = await signer.sign(
    {
      method,
      protocol,
      hostname,
      // As it is sent: a URL object could write it differently.
      path: request.url.slice(request.url.indexOf('/', request.url.indexOf('://') + 3)),
      headers: {
        host,
        ...(method === 'GET'
          ? {}
          : { 'content-type': request.headers['content-type'] ?? 'application/json' }),
        // Worked out here, since node does it natively and bodies can be megabytes.
        'x-amz-content-sha256': createHash('sha256').update(request.body).digest('hex'),
      },
    },
    { signingDate: new Date(nowWallMs) },
  );
  const { host: _host, ...headers } = signed.headers;
  Object.assign(request.headers, headers);
}
