import { describe, expect, it } from 'vitest';
import type { Override } from '#lib/contract/breaker-view.ts';
import { type PolicyInput, policySchema } from '#lib/contract/policy.ts';
import { READINESS_ITEMS, type ReadinessItem, type ReadinessItemId } from '#lib/contract/readiness.ts';
import type { ReadinessFacts, ReadinessLink } from '#lib/control/flow/readiness-facts.ts';
import { judgeReadiness } from '#lib/control/flow/readiness-rules.ts';

const OPENAI = { id: 'openai', name: 'OpenAI' };
const ANTHROPIC = { id: 'anthropic', name: 'Anthropic' };
const HOUR = 3_600_000;

function link(slug: string, part: Partial<ReadinessLink> = {}): ReadinessLink {
  return {
    slug,
    modelFamily: 'gpt-4o',
    vendor: OPENAI,
    calls: slug,
    unusable: null,
    metricsOnly: false,
    overrides: [],
    firstTokenSeconds: 15,
    ...part,
  };
}

const US = link('gpt-us');
const EU = link('gpt-eu');
const CLAUDE = link('claude', { modelFamily: 'claude', vendor: ANTHROPIC });

function facts(part: Partial<Omit<ReadinessFacts, 'policy'>> = {}, policy: PolicyInput = {}): ReadinessFacts {
  return {
    slug: 'support-chat',
    name: 'Support chat',
    policy: policySchema.parse({ badge: { on: true }, ...policy }),
    callerTimeoutSeconds: 180,
    exceptions: {},
    links: [US, EU, CLAUDE],
    off: [],
    ...part,
  };
}

function item(id: ReadinessItemId, given: ReadinessFacts): ReadinessItem {
  const found = judgeReadiness(given).items.find((one) => one.id === id);
  if (found === undefined) throw new Error(`No item ${id}.`);
  return found;
}

function held(part: Partial<Override> = {}): Override {
  return {
    scope: 'provider',
    id: 'openai',
    kind: 'forced_closed',
    reason: 'we watch it ourselves.',
    by: 'user:ana@example.com',
    setAtWallMs: 0,
    expiresAtWallMs: null,
    ...part,
  };
}

describe('a flow is ready', () => {
  it('when every item is so, and then nothing is to be mended', () => {
    const readiness = judgeReadiness(facts());
    expect(readiness.items.map(({ id }) => id)).toEqual([...READINESS_ITEMS]);
    expect(readiness.items.map(({ state }) => state)).toEqual(readiness.items.map(() => 'ok'));
    expect(
      readiness.items.every(({ fix, why, finding }) => fix === null && why !== '' && finding !== ''),
    ).toBe(true);
    expect(readiness).toMatchObject({ flow: 'support-chat', name: 'Support chat', ready: true });
  });

  it('when what is not so is excepted with a reason', () => {
    const exceptions = { timeouts: 'The batch waits for as long as it takes.' };
    const readiness = judgeReadiness(facts({ callerTimeoutSeconds: null, exceptions }));
    expect(readiness.ready).toBe(true);
    expect(readiness.items.at(-1)).toMatchObject({
      state: 'excepted',
      exception: exceptions.timeouts,
      fix: null,
    });
  });

  it('not when one item is missing', () => {
    expect(judgeReadiness(facts({ callerTimeoutSeconds: null })).ready).toBe(false);
  });

  it('with a reason that is not needed any more, which then says nothing', () => {
    const given = facts({ exceptions: { badge: 'Only machines read the answers.' } });
    expect(item('badge', given)).toMatchObject({ state: 'ok', exception: null });
  });
});

describe('a backup', () => {
  it('is a second target that can be called, named with what it is', () => {
    expect(item('backup', facts())).toMatchObject({
      state: 'ok',
      finding: 'When gpt-us cannot answer, gpt-eu (the same model) or claude (a backup model) can.',
    });
  });

  it('is missing where the chain has one target', () => {
    expect(item('backup', facts({ links: [US] }))).toMatchObject({
      state: 'missing',
      finding: 'Only gpt-us can answer: the chain has no other target.',
      fix: { label: 'Edit the chain', href: '/flows/support-chat/edit' },
    });
  });

  it('is no backup model in quality mode, which never serves one', () => {
    expect(item('backup', facts({ links: [US, CLAUDE] }, { mode: 'quality' }))).toMatchObject({
      state: 'missing',
      finding: 'Only gpt-us can answer: claude is a backup model, which quality mode never serves.',
    });
    expect(item('backup', facts({}, { mode: 'quality' })).state).toBe('ok');
  });

  it('in mixed mode says which requests it is not for', () => {
    const low = item('backup', facts({ links: [US, CLAUDE] }, { mode: 'mixed' }));
    expect(low.state).toBe('ok');
    expect(low.finding).toContain('Requests of high stakes are refused then');
    const high = item('backup', facts({ links: [US, CLAUDE] }, { mode: 'mixed', defaultStakes: 'high' }));
    expect(high.finding).toContain('Requests that do not say that their stakes are low are refused then');
    expect(item('backup', facts({}, { mode: 'mixed' })).finding).not.toContain('refused');
  });

  it('is none that is switched off, cannot be called, or calls the very same', () => {
    const broken = link('gpt-eu', { unusable: 'its provider has a problem (KEY is not set)' });
    const twin = link('gpt-twin', { calls: 'gpt-us' });
    expect(item('backup', facts({ links: [US, broken, twin], off: ['claude'] }))).toMatchObject({
      state: 'missing',
      finding:
        'Only gpt-us can answer: gpt-eu cannot be called, because its provider has a problem (KEY is not set); gpt-twin calls the same model at the same endpoint as gpt-us; claude is switched off.',
      fix: { label: 'Look at gpt-eu', href: '/targets/gpt-eu' },
    });
  });

  it('is missing too where only the backup can be called', () => {
    const broken = link('gpt-us', { unusable: 'it is forced open' });
    expect(item('backup', facts({ links: [broken, EU] }))).toMatchObject({
      state: 'missing',
      finding: 'Only gpt-eu can answer: gpt-us cannot be called, because it is forced open.',
    });
    expect(item('backup', facts({ links: [], off: ['gpt-us'] })).finding).toBe(
      'Nothing in the chain can be called: gpt-us is switched off.',
    );
  });
});

describe('another vendor', () => {
  it('is where a target that may answer is called elsewhere', () => {
    expect(item('other_vendor', facts())).toMatchObject({
      state: 'ok',
      finding: 'gpt-us is at OpenAI, claude at Anthropic.',
    });
  });

  it('is that of a cloud that serves the same model', () => {
    const azure = link('gpt-azure', { vendor: { id: 'azure-openai', name: 'Azure' } });
    expect(item('other_vendor', facts({ links: [US, azure] }, { mode: 'quality' })).state).toBe('ok');
  });

  it('is not another region or account of the same', () => {
    expect(item('other_vendor', facts({ links: [US, EU] }))).toMatchObject({
      state: 'missing',
      finding:
        'gpt-us and gpt-eu are both at OpenAI. Other regions and accounts there do not help when OpenAI itself is down.',
      fix: { href: '/flows/support-chat/edit' },
    });
  });

  it('does not count where the mode never serves it, or it cannot be called', () => {
    expect(item('other_vendor', facts({}, { mode: 'quality' })).state).toBe('missing');
    const broken = { ...CLAUDE, unusable: 'its provider refuses its credential' };
    expect(item('other_vendor', facts({ links: [US, EU, broken] })).state).toBe('missing');
    expect(item('other_vendor', facts({ links: [US] })).finding).toBe(
      'When OpenAI is down, nobody else can answer.',
    );
    expect(item('other_vendor', facts({ links: [] })).state).toBe('missing');
  });

  it('may be missing for a reason', () => {
    const exceptions = { other_vendor: 'The contract allows one vendor only.' };
    expect(item('other_vendor', facts({ links: [US, EU], exceptions }))).toMatchObject({
      state: 'excepted',
      exception: 'The contract allows one vendor only.',
    });
  });
});

describe('retries', () => {
  it('leave a call for the first target in another vendor', () => {
    const two = { retry: { maxAttempts: 2 } };
    expect(item('retries_bounded', facts({}, two))).toMatchObject({
      state: 'missing',
      finding:
        'A request makes at most 2 calls, with at most 2 retries of a target, and claude comes after gpt-us and gpt-eu: when they fail, it is never called.',
      fix: { label: 'Edit the policy', href: '/flows/support-chat/edit' },
    });
    expect(item('retries_bounded', facts({ links: [US, EU] }, two)).state).toBe('ok');
    expect(item('retries_bounded', facts({}, { retry: { maxAttempts: 3 } })).state).toBe('ok');
  });

  it('and silence leave it the time to begin in', () => {
    const timeouts = { firstTokenSeconds: 15, totalSeconds: 44 };
    const missing = item('retries_bounded', facts({}, { timeouts }));
    expect(missing.state).toBe('missing');
    expect(missing.finding).toBe(
      'When gpt-us and gpt-eu hang, a streamed request comes to claude after 30 s, and is over after 44 s: too little is left to answer in.',
    );
    expect(item('retries_bounded', facts({}, { timeouts: { ...timeouts, totalSeconds: 45 } })).state).toBe(
      'ok',
    );
  });

  it('count the patience with the primary', () => {
    const timeouts = { firstTokenSeconds: 15, totalSeconds: 45 };
    const patient = { timeouts, primaryPatience: { seconds: 5, retries: 1 } };
    const missing = item('retries_bounded', facts({}, patient));
    expect(missing.state).toBe('missing');
    expect(missing.finding).toContain('after 35 s (5 s of it are patience with the primary)');
    // It is given before a backup model only.
    expect(
      item(
        'retries_bounded',
        facts({ links: [US, EU] }, { ...patient, timeouts: { ...timeouts, totalSeconds: 30 } }),
      ).state,
    ).toBe('ok');
  });

  it('count the longer silence of a target that reasons', () => {
    const thinking = link('o3', { firstTokenSeconds: 120 });
    expect(item('retries_bounded', facts({ links: [thinking, CLAUDE] })).state).toBe('missing');
  });

  it('need a budget', () => {
    const free = item('retries_bounded', facts({}, { retry: { budgetPerSuccess: 0 } }));
    expect(free.state).toBe('missing');
    expect(free.finding).toContain('successes earn no retry (the budget is 0)');
    const none = { retry: { budgetPerSuccess: 0, maxPerTarget: 0 } };
    expect(item('retries_bounded', facts({}, none)).state).toBe('ok');
  });

  it('have nothing to leave room for where there is no backup', () => {
    const only = item(
      'retries_bounded',
      facts({ links: [US] }, { retry: { maxAttempts: 1, maxPerTarget: 0 } }),
    );
    expect(only).toMatchObject({
      state: 'ok',
      finding:
        'A request makes at most 1 call, with no retry of a target. There is no backup to leave room for.',
    });
  });
});

describe('breakers', () => {
  it('decide for themselves', () => {
    expect(item('breaker_on', facts()).state).toBe('ok');
  });

  it('do not in metrics-only mode', () => {
    const quiet = link('gpt-eu', { metricsOnly: true });
    expect(item('breaker_on', facts({ links: [US, quiet] }))).toMatchObject({
      state: 'missing',
      finding: 'gpt-eu is in metrics-only mode: its breaker turns nothing away.',
      fix: { label: 'Look at gpt-eu', href: '/targets/gpt-eu' },
    });
  });

  it('do not while they are held for more than a day, or until cleared; each is named once', () => {
    const overrides = [held()];
    expect(
      item('breaker_on', facts({ links: [link('a', { overrides }), link('b', { overrides })] })),
    ).toMatchObject({
      state: 'missing',
      finding: 'The provider openai is forced closed until cleared (we watch it ourselves).',
      fix: { href: '/targets/a' },
    });
    const long = [held({ scope: 'target', id: 'a', kind: 'forced_open', expiresAtWallMs: 48 * HOUR })];
    expect(item('breaker_on', facts({ links: [US, link('a', { overrides: long })] })).finding).toBe(
      'The target a is forced open for 48 h (we watch it ourselves).',
    );
  });

  it('do not matter where the mode never calls the target', () => {
    const quiet = { ...CLAUDE, metricsOnly: true };
    expect(item('breaker_on', facts({ links: [US, EU, quiet] }, { mode: 'quality' })).state).toBe('ok');
    expect(item('breaker_on', facts({ links: [US, EU, quiet] }, { mode: 'mixed' })).state).toBe('missing');
  });

  it('may be held for a day', () => {
    const overrides = [held({ expiresAtWallMs: 24 * HOUR })];
    expect(item('breaker_on', facts({ links: [link('a', { overrides }), CLAUDE] })).state).toBe('ok');
  });
});

describe('the badge', () => {
  it('is on where the mode can serve a backup model', () => {
    expect(item('badge', facts()).finding).toBe(
      'Answers of claude carry the badge “Answered by backup model”.',
    );
    expect(item('badge', facts({}, { badge: { on: false } }))).toMatchObject({
      state: 'missing',
      finding: 'The badge is off: nobody can tell when claude answers instead of gpt-us.',
      fix: { label: 'Edit the badge', href: '/flows/support-chat/edit' },
    });
  });

  it('is not needed where no backup model is ever served', () => {
    const off = { badge: { on: false } };
    expect(item('badge', facts({}, { ...off, mode: 'quality' })).state).toBe('ok');
    expect(item('badge', facts({ links: [US, EU] }, off)).state).toBe('ok');
  });

  it('may be off for a reason', () => {
    const exceptions = { badge: 'Only machines read the answers.' };
    expect(item('badge', facts({ exceptions }, { badge: { on: false } })).state).toBe('excepted');
  });
});

describe('limits', () => {
  it('cannot be judged while nobody has said how long callers wait', () => {
    expect(item('timeouts', facts({ callerTimeoutSeconds: null }))).toMatchObject({
      state: 'missing',
      finding: 'A request may take 120 s. Nobody has said how long the callers of this flow wait.',
      fix: { label: 'Say how long they wait', href: '/flows/support-chat#callers' },
    });
  });

  it('end before the callers give up', () => {
    expect(item('timeouts', facts({ callerTimeoutSeconds: 120 }))).toMatchObject({
      state: 'missing',
      finding: 'A request may take 120 s, and callers wait 120 s: they give up before the gateway does.',
      fix: { label: 'Edit the policy' },
    });
    expect(item('timeouts', facts({ callerTimeoutSeconds: 121 })).state).toBe('ok');
  });

  it('let one failover fit into what callers wait', () => {
    const timeouts = { firstTokenSeconds: 15, totalSeconds: 25 };
    const tight = item('timeouts', facts({ callerTimeoutSeconds: 28 }, { timeouts }));
    expect(tight.state).toBe('missing');
    expect(tight.finding).toBe(
      'When gpt-us hangs, gpt-eu is called after 15 s and has 15 s to begin, but callers wait 28 s: one failover does not fit.',
    );
    expect(item('timeouts', facts({ callerTimeoutSeconds: 30 }, { timeouts })).state).toBe('ok');
    expect(item('timeouts', facts({ callerTimeoutSeconds: 28, links: [US] }, { timeouts })).state).toBe('ok');
  });
});
