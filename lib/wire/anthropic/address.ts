import { type Address, type Call, jsonHeaders, withoutSlashes } from '../call.ts';

/** Newer versions refuse sampling parameters, which other dialects' clients send; also what a client without a version means. */
export const ANTHROPIC_VERSION = '2023-06-01';

export function anthropicAddress({ target, stream, passHeaders }: Call): Address {
  const headers: Record<string, string> = {
    ...jsonHeaders(stream),
    'anthropic-version': ANTHROPIC_VERSION,
    ...passHeaders,
  };
  const { credential } = target;
  if (credential !== null) {
    const [name, value] = credentialHeader(credential, headers['anthropic-version'] ?? ANTHROPIC_VERSION);
    headers[name] = value;
  }
  return { url: `${messagesBase(target.baseUrl)}/v1/messages`, headers, authorization: null };
}

/** A key as Anthropic's own client of that version sends it; an OAuth token is only ever a bearer. */
export function credentialHeader(credential: string, version: string): [name: string, value: string] {
  const bearer = version > ANTHROPIC_VERSION || credential.startsWith('sk-ant-oat');
  return bearer ? ['authorization', `Bearer ${credential}`] : ['x-api-key', credential];
}

/** The address without a version, which the paths name themselves. */
export function messagesBase(baseUrl: string): string {
  return withoutSlashes(baseUrl).replace(/\/v1$/, '');
}
