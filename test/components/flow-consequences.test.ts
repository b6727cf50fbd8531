import { describe, expect, test } from 'vitest';
import type { DraftEntry } from '#components/flow/chain-draft.ts';
import { type Consequence, consequences } from '#components/flow/consequences.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import { demoProviders, demoTargets } from './flow-fixtures.ts';

const targets = demoTargets();
const providers = demoProviders();
const chain = (...slugs: string[]): DraftEntry[] =>
  slugs.map((target) => ({ target, enabled: true, adapter: null }));
const badge = { on: true, text: 'Answered by backup model' };
/** One call a target, so that sentences are about who answers. */
const once = { maxPerTarget: 0 };

function say(draft: DraftEntry[], own: PolicyInput) {
  const said = consequences({ chain: draft, targets, providers, policy: policySchema.parse(own) });
  return (key: Consequence['key']) => {
    const found = said.find((each) => each.key === key);
    return found === undefined
      ? null
      : [
          found.when,
          ...found.outcomes.map(({ stakes, text }) => (stakes === null ? text : `${stakes}: ${text}`)),
        ];
  };
}
const noteOf = (key: Consequence['key'], draft: DraftEntry[], own: PolicyInput) =>
  consequences({ chain: draft, targets, providers, policy: policySchema.parse(own) }).find(
    (each) => each.key === key,
  )?.note;

const REFUSED = 'Callers get the error “Try again in a moment.” and may try again after 30 s.';
const CLAUDE = 'claude-sonnet (Anthropic) answers, with the badge “Answered by backup model”.';
const WEST = 'gpt-4o (eu-west) answers, the same model, without a badge.';

/** gpt-4o in two regions of one account and in Azure; a smaller model beside it; another vendor's. */
const FULL = chain('gpt-us', 'gpt-eu', 'gpt-azure', 'mini', 'claude');
const AZURE = 'gpt-4o (Azure) answers, the same model, without a badge.';

describe('who answers, in each of the six ways to fail', () => {
  test.each([
    ['rate_limited', 'If gpt-4o (us-east) is rate limited', AZURE],
    ['server_errors', 'If gpt-4o (us-east) answers with server errors', WEST],
    ['slow', 'If gpt-4o (us-east) is slow', `15 s without a first token; then ${WEST}`],
    ['model_down', 'If gpt-4o is down at OpenAI', AZURE],
    ['region_out', 'If region us-east of OpenAI is out', WEST],
    ['vendor_dark', 'If all of OpenAI is down', AZURE],
  ] as const)('%s: the same model from elsewhere, undegraded in every mode', (key, when, answer) => {
    for (const mode of ['availability', 'quality', 'mixed'] as const) {
      expect(say(FULL, { mode, badge, retry: once })(key)).toEqual([when, answer]);
    }
  });

  const BACKUPS = chain('gpt-us', 'mini', 'claude');
  const MINI = 'gpt-mini (us-east) answers, with the badge “Answered by backup model”.';
  const answers = {
    rate_limited: MINI,
    server_errors: MINI,
    slow: MINI,
    model_down: MINI,
    region_out: CLAUDE,
    vendor_dark: CLAUDE,
  } as const;
  const keys = Object.keys(answers) as (keyof typeof answers)[];
  const afterWait = (key: string, text: string) =>
    key === 'slow'
      ? `15 s without a first token; then ${text.charAt(0).toLowerCase()}${text.slice(1)}`
      : text;

  test.each(keys)('%s, availability: a backup model, the smaller one where it is not hit too', (key) => {
    expect(say(BACKUPS, { mode: 'availability', badge, retry: once })(key)?.slice(1)).toEqual([
      afterWait(key, answers[key]),
    ]);
  });

  test.each(keys)('%s, quality: nobody but the primary’s model, so callers are refused', (key) => {
    expect(say(BACKUPS, { mode: 'quality', badge, retry: once })(key)?.slice(1)).toEqual([
      afterWait(key, REFUSED),
    ]);
  });

  test.each(keys)('%s, mixed: low stakes are answered by a backup model, high stakes are refused', (key) => {
    expect(say(BACKUPS, { mode: 'mixed', badge, retry: once })(key)?.slice(1)).toEqual([
      `low: ${afterWait(key, answers[key])}`,
      `high: ${afterWait(key, `c${REFUSED.slice(1)}`)}`,
    ]);
  });
});

describe('limits', () => {
  test('are the account’s for one model: the other region is passed over, another model is asked', () => {
    const draft = chain('gpt-us', 'gpt-eu', 'mini');
    expect(say(draft, { retry: once })('rate_limited')).toEqual([
      'If gpt-4o (us-east) is rate limited',
      'gpt-mini (us-east) answers, and users are not told.',
    ]);
    expect(noteOf('rate_limited', draft, {})).toBe(
      'gpt-4o (eu-west) shares its limit (one account, one model) and is passed over as well.',
    );
  });

  test('of an endpoint with a key of its own are another account’s', () => {
    const own = demoProviders({ 'openai.eu-west': { stored: true } });
    const [said] = consequences({
      chain: chain('gpt-us', 'gpt-eu'),
      targets,
      providers: own,
      policy: policySchema.parse({ retry: once }),
    }).filter(({ key }) => key === 'rate_limited');
    expect(said?.outcomes[0]?.text).toBe(WEST);
    expect(said?.note).toBeNull();
  });
});

describe('what comes before somebody else is asked', () => {
  const pair = chain('gpt-us', 'claude');

  test('after server errors, the retries that leave the others an attempt each', () => {
    const failing = (own: PolicyInput, draft = pair) => say(draft, { badge, ...own })('server_errors')?.[1];
    expect(failing({})).toBe(`It is asked again, up to 2 times; then ${CLAUDE}`);
    expect(failing({ retry: { maxPerTarget: 1 } })).toBe(`It is asked once more; then ${CLAUDE}`);
    expect(failing({ retry: { maxAttempts: 3 } })).toBe(`It is asked once more; then ${CLAUDE}`);
    expect(failing({ retry: { maxAttempts: 2 } })).toBe(CLAUDE);
  });

  test('the count differs by stakes where backup models need attempts too', () => {
    expect(
      say(chain('gpt-us', 'mini', 'claude'), { mode: 'mixed', retry: { maxAttempts: 3 } })('server_errors'),
    ).toEqual([
      'If gpt-4o (us-east) answers with server errors',
      'low: gpt-mini (us-east) answers, and users are not told.',
      `high: it is asked again, up to 2 times; then c${REFUSED.slice(1)}`,
    ]);
  });

  test('a different count is told in one sentence where the same target answers', () => {
    const draft = chain('gpt-us', 'gpt-eu', 'claude');
    expect(say(draft, { mode: 'mixed', retry: { maxAttempts: 4 } })('server_errors')?.slice(1)).toEqual([
      `It is asked once more (high stakes: again, up to 2 times); then ${WEST}`,
    ]);
    expect(say(draft, { mode: 'mixed', retry: { maxAttempts: 3 } })('server_errors')?.slice(1)).toEqual([
      `It is asked no more (high stakes: once more); then ${WEST}`,
    ]);
  });

  test('patience with the primary’s model, before a backup model or a refusal and never before an alternate', () => {
    const patient = {
      badge,
      retry: { maxPerTarget: 0, maxAttempts: 4 },
      primaryPatience: { seconds: 6, retries: 3 },
    };
    expect(say(pair, patient)('vendor_dark')?.[1]).toBe(
      `Its model is given up to 2 more calls within 6 s; then ${CLAUDE}`,
    );
    expect(say(pair, { ...patient, mode: 'mixed' })('server_errors')?.slice(1)).toEqual([
      `low: its model is given up to 2 more calls within 6 s; then ${CLAUDE}`,
      `high: its model is given up to 3 more calls within 6 s; then c${REFUSED.slice(1)}`,
    ]);
    expect(say(chain('gpt-us', 'gpt-eu', 'claude'), patient)('server_errors')?.[1]).toBe(WEST);
    expect(say(pair, patient)('slow')?.[1]).toBe(`15 s without a first token; then ${CLAUDE}`);
  });

  test('after a rate limit, only what the vendor itself says is short', () => {
    expect(say(pair, { badge })('rate_limited')?.[1]).toBe(
      `Where the vendor says to wait 2 s at most, it is asked again, up to 2 times; then ${CLAUDE}`,
    );
    expect(say(chain('gpt-us'), {})('rate_limited')?.[1]).toBe(
      `Where the vendor says to wait 8 s at most, it is asked again, up to 2 times; then c${REFUSED.slice(1)}`,
    );
  });

  test('a late first token is never waited for twice, and has the whole time only where the policy says so', () => {
    expect(say(pair, { badge, timeouts: { firstTokenSeconds: 4 } })('slow')?.[1]).toBe(
      `4 s without a first token; then ${CLAUDE}`,
    );
    expect(say(pair, { badge, timeouts: { firstTokenSeconds: 120 } })('slow')?.[1]).toBe(
      `Callers get the error “Try again in a moment.” and may try again after 30 s: waiting 120 s for its first token leaves nothing of the 120 s in all. Once the breakers before it are open, ${CLAUDE}`,
    );
  });

  test('a target that reasons before it speaks has two minutes', () => {
    const own = new Map(targets);
    const primary = own.get('gpt-us');
    if (primary !== undefined) own.set('gpt-us', { ...primary, capabilities: ['reasoning'] });
    const said = consequences({
      chain: pair,
      targets: own,
      providers,
      policy: policySchema.parse({ badge, timeouts: { totalSeconds: 300 } }),
    });
    expect(said.find(({ key }) => key === 'slow')?.outcomes[0]?.text).toBe(
      `120 s without a first token; then ${CLAUDE}`,
    );
  });

  test('too few attempts keep a healthy target from the first requests of an outage, and the sentence says so', () => {
    expect(say(FULL, { retry: { maxAttempts: 2 } })('vendor_dark')?.[1]).toBe(
      `Callers get the error “Try again in a moment.” and may try again after 30 s: the flow allows 2 attempts a request. Once the breakers before it are open, ${AZURE}`,
    );
  });

  test('hedging asks another endpoint beside a late primary, its own model first', () => {
    expect(noteOf('slow', chain('gpt-us', 'mini', 'claude', 'gpt-eu'), { hedge: { on: true } })).toBe(
      'Up to 5 % of the calls also go to gpt-4o (eu-west) after 0.8 s, and the first to answer wins. Answers that are not streamed are waited for until all 120 s are over.',
    );
    expect(noteOf('slow', chain('gpt-us', 'mini'), { hedge: { on: true } })).not.toContain(
      'first to answer wins',
    );
  });
});

describe('what users are told', () => {
  test('nothing of a backup model where the badge is off', () => {
    expect(say(chain('gpt-us', 'claude'), { retry: once })('vendor_dark')?.[1]).toBe(
      'claude-sonnet (Anthropic) answers, and users are not told.',
    );
  });

  test('the flow’s own message, where a refusal is one', () => {
    const degraded = { as: 'message', message: 'Back soon.' } as const;
    expect(
      say(chain('gpt-us', 'claude'), { mode: 'quality', degraded, retry: once })('vendor_dark')?.[1],
    ).toBe('Callers get the message “Back soon.”, marked as degraded.');
  });

  test('the vendor’s own error, where there is no such model and nobody else may answer', () => {
    expect(noteOf('model_down', chain('gpt-us'), {})).toContain('only you can mend it');
    expect(noteOf('model_down', chain('gpt-us', 'gpt-eu'), {})).toContain('only you can mend it');
    expect(noteOf('model_down', chain('gpt-us', 'claude'), {})).toBeNull();
  });

  test('a refusal, where there is no such model and the flow keeps to it although its chain goes on', () => {
    expect(noteOf('model_down', chain('gpt-us', 'claude'), { mode: 'quality' })).toBeNull();
    expect(noteOf('model_down', chain('gpt-us', 'gpt-eu'), { mode: 'quality' })).toBeNull();
  });

  test('a refusal when nobody is left, and when no target is enabled', () => {
    expect(say(chain('gpt-us', 'claude'), {})('everything')?.[1]).toBe(REFUSED);
    expect(say(chain('off'), {})('normally')).toEqual([
      'No target is enabled',
      `Every request is refused: c${REFUSED.slice(1)}`,
    ]);
  });
});

describe('a stream that breaks after its first words', () => {
  const broken = (own: PolicyInput, draft = chain('gpt-us', 'gpt-eu')) =>
    say(draft, own)('broken_stream')?.slice(1);
  const EVENT = 'allers get an error event in their own format.';

  test('goes on at the next target that may answer, or ends in an error event', () => {
    expect(broken({})).toEqual([
      `gpt-4o (eu-west) goes on with it, where its own answer begins exactly the same; otherwise c${EVENT}`,
    ]);
    expect(broken({ midStream: 'error' })).toEqual([`C${EVENT}`]);
    expect(broken({}, chain('gpt-us'))).toEqual([`C${EVENT}`]);
    expect(broken({ retry: { maxAttempts: 1 } })).toEqual([`C${EVENT}`]);
  });

  test('differs by stakes like any failure', () => {
    expect(broken({ mode: 'mixed', badge }, chain('gpt-us', 'claude'))).toEqual([
      `low: claude-sonnet (Anthropic) goes on with it, with the badge, from its last word; otherwise c${EVENT}`,
      `high: c${EVENT}`,
    ]);
    expect(broken({ prefill: false }, chain('gpt-us', 'claude'))?.[0]).toContain('begins exactly the same');
  });

  test('of a flow that holds its answers is a failure before anything was sent', () => {
    expect(broken({ buffer: true, midStream: 'error' })).toEqual([
      `Nothing has been sent by then, so ${WEST}`,
    ]);
  });
});
