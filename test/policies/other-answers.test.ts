import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import { KEY } from '../gateway/support.ts';
import { ask } from './clients.ts';
import { FACES, FAILURES, type Failure, RETRY_AFTER_SECONDS, SCENES, type Scene, SORRY } from './table.ts';
import { backupOf, callsOf, type Lane, otherRegionOf, startWorld, type World } from './world.ts';

const slugOf = (...words: string[]): string => words.join('-').replaceAll(' ', '-');
const POLICY: PolicyInput = {
  retry: { maxPerTarget: 0 },
  degraded: { as: 'message', message: SORRY, retryAfterSeconds: RETRY_AFTER_SECONDS },
};
const QUICK: PolicyInput = { ...POLICY, timeouts: { firstTokenSeconds: 0.4, totalSeconds: 0.8 } };

describe('embeddings, which only the primary model may give, in the mode that serves backup models', () => {
  const laneOf = (failure: Failure, scene: Scene): Lane => ({
    flow: slugOf(failure.name, scene),
    kind: 'openai',
    backup: 'openai-compatible',
    us: failure.us,
    eu: failure.eu,
    scene,
    policy: failure.name === 'slow' ? QUICK : POLICY,
  });
  let world: World;
  beforeAll(async () => {
    world = await startWorld(FAILURES.flatMap((failure) => SCENES.map((scene) => laneOf(failure, scene))));
  });
  afterAll(() => world.stop());

  describe.each(SCENES)('with %s', (scene) => {
    it.concurrent.each(FAILURES)('$name', async (failure) => {
      const { flow } = laneOf(failure, scene);
      let requests = 0;
      const counted: typeof fetch = (...call) => {
        requests += 1;
        return fetch(...call);
      };
      const client = new OpenAI({ apiKey: KEY, baseURL: `${world.gateway.url}/v1`, fetch: counted });
      const asked = client.embeddings.create({ model: flow, input: 'Hello' }).withResponse();
      const attempts = [...failure.attempts[scene]];
      if (failure.regional && scene === 'two regions' && failure.name !== 'slow') {
        const { data, response } = await asked;
        expect(data.data[0]?.embedding.length).toBeGreaterThan(0);
        expect(data).toMatchObject({
          switchyard: {
            degraded: false,
            degradedReason: null,
            attempts: attempts.length + 1,
            servedBy: { target: otherRegionOf({ flow }) },
          },
        });
        expect(response.headers.get('x-switchyard-degraded')).toBe('false');
      } else {
        const error = await asked.then(
          () => null,
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(OpenAI.InternalServerError);
        expect(error).toMatchObject({ status: 503, type: 'degraded', code: 'degraded' });
        expect(String(error)).toContain(SORRY);
        const headers = error instanceof OpenAI.APIError ? error.headers : new Headers();
        expect(headers?.get('x-should-retry')).toBe('false');
        expect(Number(headers?.get('retry-after'))).toBeGreaterThanOrEqual(1);
        expect(headers?.get('x-switchyard-degraded-reason')).toBe(failure.reason);
        expect(headers?.get('x-switchyard-attempts')).toBe(String(attempts.length));
      }
      expect(requests).toBe(1);
      expect(callsOf(world, { flow }).backup).toBe(0);
    });
  });
});

describe('a rate limit', () => {
  const lane = (flow: string, kind: Lane['kind'], scene: Scene, mode: PolicyInput['mode']): Lane => ({
    flow,
    kind,
    backup: 'anthropic',
    us: 'rate_limit',
    eu: 'healthy',
    scene,
    policy: { ...POLICY, mode },
  });
  const faces = FACES.map((face) => ({ face, flow: slugOf('bedrock', face) }));
  let world: World;
  beforeAll(async () => {
    world = await startWorld([
      ...faces.map(({ flow }) => lane(flow, 'bedrock', 'two regions', 'quality')),
      lane('cooled', 'openai', 'one region', 'availability'),
      lane('cooled-quality', 'openai', 'one region', 'quality'),
    ]);
  });
  afterAll(() => world.stop());

  it.each(faces)(
    "that is one region's alone is answered from another region, undegraded ($face)",
    async ({ face, flow }) => {
      for (const stream of [true, false]) {
        const told = await ask(world.gateway.url, { face, flow, stream, stakes: null });
        // The second request knows of the limit already.
        expect(told.switchyard).toMatchObject({
          degraded: false,
          attempts: stream ? 2 : 1,
          servedBy: { target: otherRegionOf({ flow }) },
        });
      }
      expect(callsOf(world, { flow })).toEqual({ failing: 1, otherRegion: 2, backup: 0 });
    },
  );

  it('is kept: the next requests do not meet it again, and say why', async () => {
    const twice = async (flow: string) => {
      const first = await ask(world.gateway.url, { face: 'chat', flow, stream: false, stakes: null });
      const second = await ask(world.gateway.url, { face: 'chat', flow, stream: true, stakes: null });
      return { first, second };
    };
    const served = await twice('cooled');
    const servedBy = { target: backupOf({ flow: 'cooled' }) };
    expect(served.first.switchyard).toMatchObject({ attempts: 2, degradedReason: 'rate_limited', servedBy });
    expect(served.second.switchyard).toMatchObject({ attempts: 1, degradedReason: 'rate_limited', servedBy });
    expect(callsOf(world, { flow: 'cooled' })).toMatchObject({ failing: 1, backup: 2 });
    const refused = await twice('cooled-quality');
    expect(refused.second).toMatchObject({ text: SORRY, switchyard: { attempts: 0, servedBy: null } });
    expect(callsOf(world, { flow: 'cooled-quality' })).toMatchObject({ failing: 1, backup: 0 });
  });
});
