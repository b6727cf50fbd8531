/** A page of rows with rising numbers, newest first: those below `before` (null: from the newest). */
export interface PageQuery {
  before: number | null;
  limit: number;
}

export interface Page<T> {
  items: T[];
  /** What the next page's cursor is; null on the last page. */
  nextCursor: string | null;
}

/** `rows` holds one more than the limit when there is a next page. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => T,
  cursor: (row: Row) => string,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? cursor(last) : null,
  };
}
