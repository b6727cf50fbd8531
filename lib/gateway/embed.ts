import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import type { HeaderList } from './respond.ts';

/** A script for the pages of products: the same bytes for everyone, from any origin, without a key. */
export interface EmbeddedScript {
  bytes: Uint8Array;
  etag: string;
}

export const BADGE_PATH = '/embed/badge.js';

export function embeddedScript(bytes: Uint8Array): EmbeddedScript {
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

/** `GET /embed/badge.js`: the badge's web component. Nothing is recorded of it. */
export function answerBadgeScript({ request, response, services }: Exchange): void {
  const { bytes, etag } = services.badgeScript;
  const headers: HeaderList = ['etag', etag, ...SHARED];
  if (isKnown(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  headers.push('content-type', 'text/javascript; charset=utf-8', 'content-length', String(bytes.length));
  response.writeHead(200, headers);
  response.end(bytes);
}

const SHARED = [
  ['cache-control', 'public, max-age=3600'],
  ['access-control-allow-origin', '*'],
  ['cross-origin-resource-policy', 'cross-origin'],
  ['x-content-type-options', 'nosniff'],
].flat();

/** RFC 9110 compares weakly here: proxies that compress mark an ETag as weak. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
