import fc from 'fast-check';
import type { DraftEntry } from '#components/flow/chain-draft.ts';
import type { FlowContent } from '#components/flow/draft-content.ts';
import type { Adapter } from '#lib/contract/config.ts';
import { type Policy, policySchema } from '#lib/contract/policy.ts';

const text = fc.string({ minLength: 1, maxLength: 30 }).filter((each) => each.trim() === each && each !== '');
const name = fc.constantFrom('temperature', 'top_p', 'seed', 'user.tier', '_x');
const seconds = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true }).map((value) => Math.min(max, Math.max(min, value)));

const adapter: fc.Arbitrary<Adapter> = fc.record(
  {
    systemPrefix: fc.string(),
    systemSuffix: fc.string(),
    replace: fc.array(fc.record({ find: fc.string({ minLength: 1 }), with: fc.string() }), { maxLength: 3 }),
    // -0 is 0 in JSON.
    set: fc.dictionary(
      name,
      fc
        .jsonValue()
        .map((value) => JSON.stringify(value))
        // No field can have this name.
        .filter((json) => !json.includes('"__proto__"'))
        .map((json) => JSON.parse(json)),
    ),
    remove: fc.array(name, { maxLength: 3 }),
    maxTokens: fc.integer({ min: 1, max: 10_000_000 }),
  },
  { requiredKeys: [] },
);

export function chainOf(slugs: readonly string[]): fc.Arbitrary<DraftEntry[]> {
  return fc
    .shuffledSubarray([...slugs], { minLength: 1 })
    .chain((order) =>
      fc.tuple(
        ...order.map((target) =>
          fc.record({ target: fc.constant(target), enabled: fc.boolean(), adapter: fc.option(adapter) }),
        ),
      ),
    );
}

/** Any policy that the contract accepts. */
export const policies: fc.Arbitrary<Policy> = fc
  .record({
    mode: fc.constantFrom('availability', 'quality', 'mixed'),
    defaultStakes: fc.constantFrom('high', 'low'),
    primaryPatience: fc.constantFrom({ seconds: 0, retries: 0 }, { seconds: 4, retries: 2 }),
    badge: fc.record({ on: fc.boolean(), text, language: fc.constantFrom('en', 'de-CH', 'zh-Hant') }),
    degraded: fc.record({
      as: fc.constantFrom('error', 'message'),
      message: text,
      retryAfterSeconds: seconds(1, 3600),
    }),
    timeouts: fc.record({
      firstTokenSeconds: seconds(0.1, 60),
      idleSeconds: seconds(0.1, 600),
      totalSeconds: seconds(60, 3600),
    }),
    retry: fc.record({
      maxPerTarget: fc.integer({ min: 0, max: 2 }),
      maxAttempts: fc.integer({ min: 1, max: 10 }),
      budgetPerSuccess: seconds(0, 1),
    }),
    contentFilter: fc.constantFrom('propagate', 'failover'),
    contextOverflow: fc.constantFrom('larger_window', 'propagate'),
    hedge: fc.record({ on: fc.boolean(), minDelaySeconds: seconds(0.1, 60), share: seconds(0.001, 0.2) }),
    midStream: fc.constantFrom('resume', 'error'),
    prefill: fc.boolean(),
    buffer: fc.boolean(),
    untranslatable: fc.constantFrom('drop', 'skip'),
  })
  .map((policy) => policySchema.parse(JSON.parse(JSON.stringify(policy))));

export function contentsOf(slugs: readonly string[]): fc.Arbitrary<FlowContent> {
  return fc.record({ chain: chainOf(slugs), policy: policies });
}
