import { ControlError } from '#lib/control/errors.ts';

/** A page of a list that is small enough to be read whole; the cursor is the number of rows before it. */
export function pageOfAll<T>(
  rows: readonly T[],
  { cursor, limit }: { cursor?: string; limit: number },
): { items: T[]; nextCursor: string | null } {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(start) || start < 0) {
    const message = 'Send the nextCursor of the page before, or none.';
    throw new ControlError('invalid', message, { issues: [{ path: 'cursor', message }] });
  }
  const end = start + limit;
  return { items: rows.slice(start, end), nextCursor: end < rows.length ? String(end) : null };
}
