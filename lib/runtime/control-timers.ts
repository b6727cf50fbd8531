/** A task that repeats until stopped. A run that is still under way is not started again, and a failure does not end it. */
export interface Repeating {
  stop(): void;
}

export function every(ms: number, task: () => unknown, onError: (error: unknown) => void): Repeating {
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    try {
      await task();
    } catch (error) {
      onError(error);
    } finally {
      busy = false;
    }
  }, ms);
  return { stop: () => clearInterval(timer) };
}
