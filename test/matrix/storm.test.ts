import { expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { FAULTS } from '#lib/contract/simulator.ts';
import { recordsOf } from '../gateway/support.ts';
import { ask, FACES } from './faces.ts';
import { KINDS, type Lane, modelOf, startWorld } from './world.ts';

const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
const REQUESTS = 240;
const AT_ONCE = 16;
/** How long a client that leaves has waited, at most, ms. */
const PATIENCE_MS = 60;

const QUICK: PolicyInput = { timeouts: { firstTokenSeconds: 0.5, idleSeconds: 0.5, totalSeconds: 2 } };
const POLICIES: readonly PolicyInput[] = [
  QUICK,
  { ...QUICK, buffer: true },
  { ...QUICK, midStream: 'error', mode: 'quality', degraded: { as: 'message' } },
  { ...QUICK, hedge: { on: true, minDelaySeconds: 0.1, share: 0.2 } },
];

/** Mulberry32: the same choices for the same seed; what they meet depends on time all the same. */
function chooser(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const LANES: Lane[] = KINDS.flatMap((kind, k) =>
  POLICIES.map((policy, p) => ({
    flow: `storm-${k}-${p}`,
    kind,
    policy,
    alternate: KINDS[(k + p) % KINDS.length] ?? kind,
  })),
);

console.info(`a storm of faults: PROPERTY_SEED=${SEED}`);

it('in a storm of every fault and of clients that leave, each answer ends explicitly and each request leaves one record', async () => {
  const world = await startWorld(LANES);
  const choose = chooser(SEED);
  const cut: unknown[] = [];
  const seen: string[] = [];
  const one = async (): Promise<void> => {
    const lane = LANES[choose(LANES.length)] ?? LANES[0];
    const fault = FAULTS[choose(FAULTS.length)];
    if (lane === undefined || fault === undefined) return;
    const rule = world.simulator.addFault({ provider: 'primary-sim', model: modelOf(lane), fault });
    const face = FACES[choose(FACES.length)] ?? 'chat';
    const leave = choose(4) === 0 ? AbortSignal.timeout(choose(PATIENCE_MS)) : null;
    try {
      const answer = await ask(world.gateway.url, face, {
        model: lane.flow,
        stream: choose(3) > 0,
        signal: leave,
      });
      seen.push(answer.headers.get('x-switchyard-request-id') ?? '');
      const { status, end } = answer;
      if (end === 'cut' && leave?.aborted !== true) cut.push({ lane: lane.flow, fault, face, status, end });
    } catch (error) {
      if (leave?.aborted !== true) throw error;
    } finally {
      world.simulator.clearFault(rule.id);
    }
  };
  let left = REQUESTS;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left > 0) {
        left -= 1;
        await one();
      }
    }),
  );
  expect(cut).toEqual([]);
  for (const id of seen) await world.gateway.record(id);
  const ids = recordsOf(world.gateway.messages).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeLessThanOrEqual(REQUESTS);
  expect(world.gateway.logged).toEqual([]);
  await world.stop();
});
