import { type Address, type Call, jsonHeaders, withoutSlashes } from '../address.ts';

/** Newer versions refuse sampling parameters, which other dialects' clients send; also what a client without a version means. */
export const ANTHROPIC_VERSION = '2023-06-01';

export function anthropicAddress({ target, stream, passHeaders }: Call): Address {
  return {
    url: `${messagesBase(target.baseUrl)}/v1/messages`,
    headers: {
      ...jsonHeaders(stream),
      'anthropic-version': ANTHROPIC_VERSION,
      ...passHeaders,
      ...(target.credential === null ? {} : { 'x-api-key': target.credential }),
    },
    authorization: null,
  };
}

/** The address without a version, which the paths name themselves. */
export function messagesBase(baseUrl: string): string {
  return withoutSlashes(baseUrl).replace(/\/v1$/, '');
}
