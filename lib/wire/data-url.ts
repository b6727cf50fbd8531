import type { CanonicalSource } from './canonical-request.ts';

/** Where an http or base64 `data:` URL's bytes are; null for any other kind of URL. */
export function sourceOfUrl(url: string): CanonicalSource | null {
  if (/^https?:\/\//i.test(url)) return { type: 'url', url };
  // The head only: a pattern over the whole would walk through megabytes of base64.
  const head = /^data:([\w.+-]+\/[\w.+-]+)(?:;[^;,]*)*;base64,/i.exec(url.slice(0, 200));
  const mediaType = head?.[1];
  if (head === null || mediaType === undefined) return null;
  return { type: 'base64', mediaType: mediaType.toLowerCase(), data: url.slice(head[0].length) };
}

/** The reverse: an http URL as it is, bytes as a `data:` URL; null for a vendor's own id. */
export function urlOfSource(source: CanonicalSource): string | null {
  switch (source.type) {
    case 'url':
      return source.url;
    case 'base64':
      return `data:${source.mediaType};base64,${source.data}`;
    case 'vendor_id':
      return null;
    default:
      return source satisfies never;
  }
}
