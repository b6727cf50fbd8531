/** What can go wrong with the durable state before the product can work with it. */
export type StoreErrorCode =
  | 'data_dir_not_writable'
  | 'already_running'
  | 'database_corrupt'
  | 'database_newer'
  | 'database_unusable'
  | 'migration_failed'
  | 'secret_unusable'
  | 'wrong_secret';

/** One sentence for the operator; never a stack trace, never a secret. */
export class StoreError extends Error {
  readonly isStoreError = true;
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StoreError';
    this.code = code;
  }
}

/** Works across module copies, where `instanceof` would not. */
export function isStoreError(error: unknown): error is StoreError {
  return typeof error === 'object' && error !== null && 'isStoreError' in error;
}

/** The driver's code (`SQLITE_BUSY`, `EACCES`), wherever in the chain of causes it stands. */
export function driverCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
