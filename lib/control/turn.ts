/** Every microtask has run when it resolves, and whoever waits for the thread has had it. The database driver never gives it away. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
