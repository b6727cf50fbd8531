import { invalid } from './config/document.ts';
import type { ControlError } from './errors.ts';

/** How every list of history is handed out. */
export interface Page<T> {
  items: T[];
  /** Send it as `cursor` for the next page; null on the last one. */
  nextCursor: string | null;
}

/** @throws ControlError `invalid` for a cursor that no page gave */
export function rowBefore(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (!/^\d{1,15}$/.test(cursor)) throw badCursor();
  return Number(cursor);
}

export function badCursor(): ControlError {
  return invalid([{ path: 'cursor', message: 'Send the nextCursor of the page before, or none.' }]);
}
