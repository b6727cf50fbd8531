import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderKind } from '#lib/contract/config.ts';
import type { PolicyInput } from '#lib/contract/policy.ts';
import type { Fault } from '#lib/contract/simulator.ts';
import { ask, FACES, type Face } from './faces.ts';
import { callsOf, type Lane, modelOf, startWorld, type World } from './world.ts';

/** The same model at its maker and in a cloud, both ways round, and in another region of one vendor. */
const PAIRS: readonly (readonly [primary: ProviderKind, alternate: ProviderKind])[] = [
  ['openai', 'azure-openai'],
  ['azure-openai', 'openai'],
  ['anthropic', 'bedrock'],
  ['bedrock', 'anthropic'],
  ['google', 'vertex'],
  ['vertex', 'google'],
  ['openai-compatible', 'openai-compatible'],
  ['bedrock', 'bedrock'],
];

/** The six ways in which a provider fails. A fault without a model meets every model of the place. */
const MODES: readonly { mode: string; fault: Fault; wide: boolean }[] = [
  { mode: 'rate limit', fault: 'rate_limit', wide: false },
  { mode: '5xx', fault: 'server_error', wide: false },
  { mode: 'slow', fault: 'slow_first_token', wide: false },
  { mode: 'model down', fault: 'model_not_found', wide: false },
  { mode: 'region out', fault: 'overloaded', wide: true },
  { mode: 'vendor dark', fault: 'reset', wide: true },
];

/** What can only happen once the answer has begun. */
const BREAKS: readonly Fault[] = ['cut_stream', 'stalled_stream', 'stream_error', 'truncated_stream'];

const QUICK: PolicyInput = {
  mode: 'quality',
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 1, idleSeconds: 1, totalSeconds: 10 },
};

describe.each(PAIRS)('a model of %s that is also at %s', (kind, alternate) => {
  const lane = (name: string, face: Face): Lane => ({
    flow: `${name}-${face}`.replaceAll(/[ _]/g, '-'),
    kind,
    alternate,
    policy: QUICK,
  });
  const lanes = FACES.flatMap((face) => [
    ...MODES.map(({ mode }) => lane(mode, face)),
    ...BREAKS.map((fault) => lane(fault, face)),
  ]);
  let world: World;
  beforeAll(async () => {
    world = await startWorld(lanes);
  });
  afterAll(() => world.stop());

  it.each(MODES)(
    '$mode: the alternate answers undegraded, where backup models are never served',
    async ({ mode, fault, wide }) => {
      for (const face of FACES) {
        const mine = lane(mode, face);
        const rule = world.simulator.addFault({
          provider: 'primary-sim',
          fault,
          ...(wide ? {} : { model: modelOf(mine) }),
        });
        const seen = await ask(world.gateway.url, face, { model: mine.flow, stream: true });
        world.simulator.clearFault(rule.id);
        expect({ face, ...seen }).toMatchObject({
          status: 200,
          end: 'whole',
          switchyard: { degraded: false, servedBy: { target: `${mine.flow}-alt` }, attempts: 2 },
        });
        expect(seen.text).toContain(`This is ${modelOf(mine)} (simulated).`);
        expect(callsOf(world, mine)).toEqual({ primary: 1, alternate: 1 });
      }
    },
  );

  it.each(BREAKS)(
    '%s: the alternate goes on with the answer, and its text is there exactly once',
    async (fault) => {
      for (const face of FACES) {
        const mine = lane(fault, face);
        const whole = await ask(world.gateway.url, face, { model: mine.flow, stream: true });
        world.simulator.addFault({ provider: 'primary-sim', fault, model: modelOf(mine) });
        const seen = await ask(world.gateway.url, face, { model: mine.flow, stream: true });
        expect({ face, text: seen.text, end: seen.end, error: seen.error }).toEqual({
          face,
          text: whole.text,
          end: 'whole',
          error: '',
        });
        expect(seen.switchyard).toMatchObject({ degraded: false, servedBy: { target: `${mine.flow}-alt` } });
        const record = await world.gateway.record(seen.headers.get('x-switchyard-request-id'));
        expect(record.attempts.map(({ resume }) => resume)).toEqual([null, 'restart']);
        expect(record.outcome).toBe('alternate');
      }
    },
  );
});
