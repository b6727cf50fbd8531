/** A start that cannot work, in one sentence that says what to do. */
export class StartFault extends Error {
  readonly isStartFault = true;
}

/** What to tell the operator; null for a fault that is ours, whose stack belongs into the log. */
export function sentenceOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('message' in error)) return null;
  const spoken = 'isStartFault' in error || 'isStoreError' in error || 'isControlError' in error;
  return spoken && typeof error.message === 'string' ? error.message : null;
}
