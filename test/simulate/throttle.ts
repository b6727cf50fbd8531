import { seeded } from './random.ts';
import { percent, type Table } from './table.ts';

const MAX_TOKENS = 10;
const RATIO = 0.1;
const MAX_ATTEMPTS = 5;

/**
 * gRPC's retry throttling: a failure takes a token, a success gives a tenth back, and at half the tokens or fewer nothing is
 * tried again.
 * @param failing chance of any attempt to fail
 * @returns retries per call
 */
export function throttledRetries(failing: number, calls = 200_000, seed = 1): number {
  const random = seeded(seed);
  let tokens = MAX_TOKENS;
  let retries = 0;
  for (let call = 0; call < calls; call += 1) {
    for (let attempt = 1; ; attempt += 1) {
      if (random() >= failing) {
        tokens = Math.min(MAX_TOKENS, tokens + RATIO);
        break;
      }
      tokens = Math.max(0, tokens - 1);
      if (tokens <= MAX_TOKENS / 2 || attempt === MAX_ATTEMPTS) break;
      retries += 1;
    }
  }
  return retries / calls;
}

export function throttleTable(): Table {
  const shares = [0.02, 0.05, 0.08, 0.1, 0.15, 0.3, 1];
  return {
    title: 'Throttling: retries per call, by the share of attempts that fail (10 tokens, 0.1 a success)',
    about:
      'A throttle of this kind stops retrying altogether once more than about a tenth of the calls fail.',
    head: ['failing', 'retries per call'],
    rows: shares.map((share) => [percent(share, 0), percent(throttledRetries(share))]),
  };
}
