import { Breaker } from '#lib/engine/breaker.ts';
import type { BreakerSettings } from '#lib/engine/types.ts';
import { EventQueue } from './event-queue.ts';
import { seeded } from './random.ts';
import { type Table, whole } from './table.ts';

/** Requests a second that the server can do, and that are offered. */
const CAPACITY = 300;
const OFFERED = 280;
const TIMEOUT_S = 1;
const OUTAGE: readonly [number, number] = [60, 70];
export const UNTIL_S = 400;

export type Conduct = 'no retries' | 'one retry' | 'retry with a budget' | 'retry behind the breaker';
export const CONDUCTS: readonly Conduct[] = [
  'no retries',
  'one retry',
  'retry with a budget',
  'retry behind the breaker',
];

export interface Overload {
  /** By second: answers that came in time. */
  goodput: Float64Array;
  /** By second: calls that were sent. */
  sent: Float64Array;
}

type Step =
  | { kind: 'call'; attempt: number }
  | { kind: 'answer'; permit: number; startedAt: number }
  | { kind: 'timeout'; permit: number; startedAt: number; attempt: number };

/** Rate-based tripping alone, so that the relation does not hang on the streak. */
const SETTINGS: BreakerSettings = {
  consecutiveFailures: 1000,
  failureRate: 0.5,
  slowRate: 1,
  minimumCalls: 20,
  windowSeconds: 60,
  openSeconds: 5,
  maxOpenSeconds: 30,
  probeSuccesses: 2,
  rampSeconds: 0,
  rampAfterSeconds: 60,
  rampFirstShare: 1,
  rampSecondShare: 1,
};

/**
 * A server that works through its queue in order, whether or not the caller is still there, and stands still for ten seconds.
 * Its callers give up after a second. The question is what happens after the ten seconds.
 */
export function overload(conduct: Conduct, seed = 1): Overload {
  const goodput = new Float64Array(UNTIL_S);
  const sent = new Float64Array(UNTIL_S);
  const random = seeded(seed);
  const queue = new EventQueue<Step>();
  const breaker = new Breaker({ settings: SETTINGS, random, now: 0 });
  const guarded = conduct === 'retry behind the breaker';
  let tokens = 10;
  let freeAt = 0;
  for (let n = 0; n < OFFERED * UNTIL_S; n += 1) queue.add(n / OFFERED, { kind: 'call', attempt: 1 });

  const call = (at: number, attempt: number) => {
    const permit = guarded ? breaker.tryAcquire(at * 1000, TIMEOUT_S * 1000 + 2000) : 0;
    if (typeof permit !== 'number') return;
    bump(sent, at);
    const startsAt = Math.max(at, freeAt);
    const begins = startsAt >= OUTAGE[0] && startsAt < OUTAGE[1] ? OUTAGE[1] : startsAt;
    freeAt = begins + 1 / CAPACITY;
    if (freeAt - at <= TIMEOUT_S) queue.add(freeAt, { kind: 'answer', permit, startedAt: at });
    else queue.add(at + TIMEOUT_S, { kind: 'timeout', permit, startedAt: at, attempt });
  };

  for (let next = queue.next(); next !== null && next.at < UNTIL_S; next = queue.next()) {
    const { at, event } = next;
    if (event.kind === 'call') call(at, event.attempt);
    else if (event.kind === 'answer') {
      bump(goodput, at);
      tokens = Math.min(10, tokens + 0.1);
      if (guarded) breaker.settle(event.permit, 'ok', at * 1000);
    } else {
      if (guarded) breaker.settle(event.permit, 'failure', at * 1000);
      if (event.attempt > 1 || conduct === 'no retries') continue;
      if (conduct === 'retry with a budget') {
        if (tokens < 1) continue;
        tokens -= 1;
      }
      call(at, 2);
    }
  }
  return { goodput, sent };
}

function bump(seconds: Float64Array, at: number): void {
  const second = Math.floor(at);
  if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1;
}

/** The first second after the outage from which ten seconds in a row had at least 95 % of the offered load answered; null: none. */
export function healthyFrom({ goodput }: Overload): number | null {
  for (let second = OUTAGE[1]; second + 10 <= UNTIL_S; second += 1) {
    if (goodput.slice(second, second + 10).every((answers) => answers >= OFFERED * 0.95)) return second;
  }
  return null;
}

export const peakSent = ({ sent }: Overload): number => Math.max(...sent.slice(OUTAGE[0], UNTIL_S));

export function metastableTable(): Table {
  return {
    title: 'Overload: 280 requests a second on a server that does 300, and stands still from second 60 to 70',
    about:
      'One retry without a limit keeps it down for good, a budget does no harm, the breaker empties the queue.',
    head: ['callers', 'healthy again from second', 'most calls a second', 'goodput in the last minute'],
    rows: CONDUCTS.map((conduct) => {
      const run = overload(conduct);
      const last = run.goodput.slice(UNTIL_S - 60).reduce((sum, value) => sum + value, 0) / 60;
      return [conduct, String(healthyFrom(run) ?? 'never'), whole(peakSent(run)), whole(last)];
    }),
  };
}
