import { randomUUID } from 'node:crypto';

/** A new request's id, as clients, logs and Activity show it: `req_` and 32 hexadecimal digits. */
export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`;
}
