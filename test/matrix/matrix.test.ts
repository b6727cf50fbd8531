import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderKind } from '#lib/contract/config.ts';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { FAULTS, type Fault } from '#lib/contract/simulator.ts';
import { ask, FACES, type Face, type Seen } from './faces.ts';
import { expected } from './failures.ts';
import { callsOf, KINDS, type Lane, modelOf, startWorld, type World } from './world.ts';

/** The defaults, but for the retries, which have tests of their own. */
const ONCE: PolicyInput = { retry: { maxPerTarget: 0 } };
/** Short limits for what is found out by waiting alone; long enough for a busy machine to answer in. */
const SHORT: PolicyInput = {
  ...ONCE,
  timeouts: { firstTokenSeconds: 1, idleSeconds: 1, totalSeconds: 3 },
};
const WAITED_FOR: readonly Fault[] = ['silence', 'slow_first_token', 'stalled_stream'];

interface Case extends Lane {
  fault: Fault;
  face: Face;
  stream: boolean;
}

function casesOf(kind: ProviderKind): Case[] {
  return FAULTS.flatMap((fault) =>
    FACES.flatMap((face) =>
      [true, false].map((stream) => ({
        flow: `${fault}-${face}-${stream ? 's' : 'w'}`.replaceAll('_', '-'),
        kind,
        policy: WAITED_FOR.includes(fault) ? SHORT : ONCE,
        fault,
        face,
        stream,
      })),
    ),
  );
}

describe.each(KINDS)('a failing primary of kind %s', (kind) => {
  const cases = casesOf(kind);
  let world: World;
  beforeAll(async () => {
    world = await startWorld(cases);
  });
  afterAll(() => world.stop());

  it.each(FAULTS)('%s: every face, streamed and not, gets what the table says', async (fault) => {
    const mine = cases.filter((one) => one.fault === fault);
    await Promise.all(mine.map((one) => check(world, one)));
  });
});

async function check(world: World, one: Case): Promise<void> {
  const what = `${one.kind} ${one.fault} ${one.face} ${one.stream ? 'streamed' : 'whole'}`;
  world.simulator.addFault({ provider: 'primary-sim', model: modelOf(one), fault: one.fault });
  const seen = await ask(world.gateway.url, one.face, { model: one.flow, stream: one.stream });
  const record = await world.gateway.record(seen.headers.get('x-switchyard-request-id'));
  const outcomes = record.attempts.map(({ outcome }) => outcome);
  const wanted = expected(one.fault, one.kind, one.stream);
  const facts = { what, outcomes, ...summary(seen), calls: callsOf(world, one).primary };
  switch (wanted.kind) {
    case 'backup':
      expect(facts).toMatchObject({
        outcomes: [wanted.cls, 'ok'],
        status: 200,
        end: 'whole',
        by: 'backup',
        calls: 1,
      });
      expect(seen.text, what).toContain('This is backup-model (simulated).');
      expect(seen.text, what).not.toContain(modelOf(one));
      break;
    case 'caller':
      expect(facts).toMatchObject({ outcomes: [wanted.cls], end: 'error', by: null, calls: 1 });
      expect(seen.status, what).toBeGreaterThanOrEqual(400);
      expect(seen.status, what).toBeLessThan(500);
      expect(seen.error, what).not.toBe('');
      break;
    case 'primary':
      expect(facts).toMatchObject({ outcomes: ['ok'], status: 200, end: 'whole', by: one.flow, calls: 1 });
      expect(seen.text, what).toContain(`This is ${modelOf(one)} (simulated).`);
      expect(record.malformedEvents, what).toBe(one.fault === 'malformed_event' && one.stream ? 1 : 0);
      break;
    case 'broken':
      expect(facts).toMatchObject({ status: 200, end: 'error', by: one.flow, calls: 1 });
      expect(outcomes[0], what).toBe(wanted.cls);
      expect(seen.text, what).toMatch(new RegExp(`^This is ${modelOf(one)} \\(simulated\\)\\.`));
      expect(seen.error, what).not.toBe('');
      break;
    case 'deadline':
      expect(facts).toMatchObject({ outcomes: ['timeout'], end: 'error', calls: 1 });
      expect(seen.status, what).toBeGreaterThanOrEqual(500);
      break;
    default:
      wanted satisfies never;
  }
}

function summary({ status, end, switchyard }: Seen) {
  return { status, end, by: switchyard?.servedBy?.target ?? null };
}
