/** Time as the engine knows it. Production passes `performance.now`; tests pass a virtual clock. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds since the Unix epoch; only for what crosses processes, restarts or HTTP. */
  wall(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. Leaves no listener or timer behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Uniform in [0, 1). */
export type Random = () => number;
