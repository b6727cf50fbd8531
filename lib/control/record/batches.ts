/** Rows a transaction: few enough that an operator's override never waits long behind recorded history. */
const ROWS_A_TRANSACTION = 50;

export function* inBatches<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += ROWS_A_TRANSACTION) {
    yield rows.slice(from, from + ROWS_A_TRANSACTION);
  }
}
