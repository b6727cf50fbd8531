import type { UpstreamRequest } from '#lib/wire/types.ts';

/** What is signed or given a token before it is sent: a request, or a question about the provider itself. */
export interface Signable extends Pick<UpstreamRequest, 'url' | 'headers' | 'body' | 'authorization'> {
  /** Default: POST. */
  method?: 'GET' | 'POST';
}
