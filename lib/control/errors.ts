import type { ApiErrorCode } from '../contract/errors.ts';

/** A use case's refusal: one code, one sentence that says what to do, and where in the input the faults are. */
export class ControlError extends Error {
  readonly isControlError = true;
  readonly code: ApiErrorCode;
  readonly issues: { path: string; message: string }[];
  /** With `stale_version`: the row as it is now. */
  readonly current: unknown;

  constructor(
    code: ApiErrorCode,
    message: string,
    details: { issues?: { path: string; message: string }[]; current?: unknown } = {},
  ) {
    super(message);
    this.name = 'ControlError';
    this.code = code;
    this.issues = details.issues ?? [];
    this.current = details.current;
  }
}

/** Works across module copies, where `instanceof` would not. */
export function isControlError(error: unknown): error is ControlError {
  return typeof error === 'object' && error !== null && 'isControlError' in error;
}
