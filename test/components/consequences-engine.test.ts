import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowedPlaces, tellsOfLostModel, walk } from '#components/flow/outage-walk.ts';
import { FAILURE_MODES, type FailureMode, isHit, type Place, placesOf } from '#components/flow/outages.ts';
import { enginePolicy, rateLimitScope } from '#lib/contract/engine-terms.ts';
import { policySchema } from '#lib/contract/policy.ts';
import { Engine } from '#lib/engine/engine.ts';
import type { AttemptContext, AttemptOutcome } from '#lib/engine/run-types.ts';
import type { EngineTarget, Failure } from '#lib/engine/types.ts';
import { makeConfig, makeFailure, makeFlow, makeRequest, SETTINGS } from '#test/engine/factories.ts';
import { VirtualClock } from '#test/support/virtual-clock.ts';
import { demoProviders, demoTargets } from './flow-fixtures.ts';

const RUNS = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 20_000) / 50);
const SEED = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
console.log(`consequences: seed ${SEED}, ${RUNS} runs (PROPERTY_SEED and PROPERTY_RUNS repeat them)`);

const targets = demoTargets();
const providers = demoProviders();
const SLUGS = ['gpt-us', 'gpt-eu', 'gpt-azure', 'mini', 'claude'];

interface Case {
  chain: string[];
  mode: 'availability' | 'quality' | 'mixed';
  stakes: 'low' | 'high';
  maxPerTarget: number;
  maxAttempts: number;
  firstTokenSeconds: number;
  patience: number;
  hedged: boolean;
  /** Of a model that is down: the vendor says that there is none. */
  gone: boolean;
  failure: FailureMode;
}

const cases: fc.Arbitrary<Case> = fc.record({
  chain: fc.shuffledSubarray(SLUGS, { minLength: 1 }),
  mode: fc.constantFrom('availability', 'quality', 'mixed'),
  stakes: fc.constantFrom('low', 'high'),
  maxPerTarget: fc.integer({ min: 0, max: 2 }),
  maxAttempts: fc.integer({ min: 1, max: 8 }),
  firstTokenSeconds: fc.constantFrom(5, 15, 120),
  patience: fc.integer({ min: 0, max: 3 }),
  hedged: fc.constant(false),
  gone: fc.constant(false),
  failure: fc.constantFrom(...FAILURE_MODES),
});

/** As the gateway's index has it. */
function engineTarget(place: Place): EngineTarget {
  const view = targets.get(place.slug);
  return {
    slug: place.slug,
    provider: place.provider,
    endpointId: place.endpointId,
    model: place.model,
    modelFamily: view?.modelFamily ?? place.model,
    contextWindow: null,
    capabilities: null,
    enabled: true,
    rateLimitScope: rateLimitScope(providers.find(({ slug }) => slug === place.provider)?.kind ?? 'openai'),
    credentialId: place.provider,
    breaker: SETTINGS,
    metricsOnly: false,
  };
}

function failureOf(mode: FailureMode, gone: boolean): Failure | 'silence' {
  switch (mode) {
    case 'rate_limited':
      // Short enough to be waited for, so that retries are seen.
      return makeFailure('rate_limited', { status: 429, retryAfterMs: 1_500 });
    case 'server_errors':
      return makeFailure('server_error', { status: 500 });
    case 'slow':
      return 'silence';
    case 'model_down':
      return gone
        ? makeFailure('model_not_found', { status: 404 })
        : makeFailure('overloaded', { status: 503 });
    case 'region_out':
    case 'vendor_dark':
      return makeFailure('connection', { connect: false });
    default:
      return mode satisfies never;
  }
}

/** The first request of an outage at a fresh engine: who answered it, and who was called how often. */
async function firstRequest({ chain, failure, ...given }: Case) {
  const policy = policyOf(given);
  const places = placesOf({
    chain: chain.map((target) => ({ target, enabled: true, adapter: null })),
    targets,
    providers,
  });
  const [primary] = places;
  if (primary === undefined) throw new Error('Every case has a primary.');
  const clock = new VirtualClock();
  const engine = new Engine({ clock, random: () => 0.5 });
  const members = places.map(engineTarget);
  const flow = makeFlow(members, enginePolicy(policy));
  engine.configure(makeConfig(members, flow));
  const calls: string[] = [];
  const call = async ({ target }: AttemptContext): Promise<AttemptOutcome<string>> => {
    calls.push(target.slug);
    const place = places.find(({ slug }) => slug === target.slug) ?? primary;
    const answer = isHit(failure, primary, place) ? failureOf(failure, given.gone) : null;
    if (answer === 'silence') return new Promise(() => undefined);
    return answer === null
      ? { kind: 'committed', value: target.slug, firstTokenMs: 100 }
      : { kind: 'failed', failure: answer };
  };
  const outcome = await clock.until(
    engine.run(makeRequest(flow, clock.now(), { stakes: given.stakes }), call),
  );
  const said = walk(failure, allowedPlaces(places, policy, given.stakes), policy);
  return { outcome, calls, primary, places, said };
}

function policyOf(given: Omit<Case, 'chain' | 'failure'>) {
  const { mode, maxPerTarget, maxAttempts, firstTokenSeconds, patience, hedged } = given;
  return policySchema.parse({
    mode,
    // Long enough for every backoff.
    primaryPatience: { seconds: patience === 0 ? 0 : 60, retries: patience },
    retry: { maxPerTarget, maxAttempts },
    hedge: { on: hedged },
    timeouts: { firstTokenSeconds, totalSeconds: 120 },
  });
}

describe('what the consequences say of a healthy chain in an outage', () => {
  test('is what the engine does to its first request: who answers, and how often the primary is called', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const { outcome, calls, primary, places, said } = await firstRequest(given);
        const answered = outcome.kind === 'served' ? outcome.target.slug : null;
        expect({ kind: outcome.kind, answered }).toEqual(
          said.answer === null || said.late !== null
            ? { kind: 'refused', answered: null }
            : { kind: 'served', answered: said.answer.slug },
        );
        // The primary is called first, retried, and perhaps again out of patience: by then others of its model have been, too.
        const own = calls.findIndex((slug) => slug !== primary.slug);
        const first = own < 0 ? calls.length : own;
        expect(first).toBeGreaterThanOrEqual(1 + said.retries);
        expect(first).toBeLessThanOrEqual(1 + said.retries + said.patience);
        if (said.shared.length > 0 || said.patience === 0) return;
        const family = places.filter(({ role }) => role !== 'backup').map(({ slug }) => slug);
        const patient = calls.slice(first).filter((slug) => family.includes(slug)).length;
        expect(patient + first).toBeGreaterThanOrEqual(1 + said.retries + said.patience);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('says who hears of a model that is gone', async () => {
    const lost = cases.map((given): Case => ({ ...given, gone: true, failure: 'model_down' }));
    await fc.assert(
      fc.asyncProperty(lost, async (given) => {
        const { outcome, places, said } = await firstRequest(given);
        if (said.answer !== null) return;
        const tells = tellsOfLostModel(places, policyOf(given), given.stakes);
        expect(outcome.kind).toBe(tells ? 'failed' : 'refused');
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('names whom the engine asks beside a late primary, or nobody', async () => {
    const late = cases.map((given): Case => ({ ...given, hedged: true, failure: 'slow' }));
    await fc.assert(
      fc.asyncProperty(late, async (given) => {
        const { outcome, calls, said } = await firstRequest(given);
        if (said.hedge === null) return;
        expect(calls[1]).toBe(said.hedge.slug);
        expect(outcome).toMatchObject({ kind: 'served', target: { slug: said.hedge.slug } });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  test('names nobody where the engine asks nobody beside a late primary', async () => {
    const alone = {
      maxPerTarget: 0,
      firstTokenSeconds: 15,
      patience: 0,
      hedged: true,
      gone: false,
      failure: 'slow' as const,
    };
    const { calls, said } = await firstRequest({
      ...alone,
      chain: ['gpt-us', 'mini'],
      mode: 'availability',
      stakes: 'low',
      maxAttempts: 5,
    });
    expect(said.hedge).toBeNull();
    expect(calls).toEqual(['gpt-us', 'mini']);
  });
});
