import { describe, expect, test } from 'vitest';
import { fieldChanges, shortValue } from '#components/activity/json-diff.ts';
import {
  denialWords,
  faceWords,
  requestSentence,
  specialWords,
  trailSteps,
  trailSummary,
} from '#components/activity/request-trail.ts';
import { matchesFilter, mergeTimeline, type TimelineFilter } from '#components/activity/timeline.ts';
import type { AuditEntry } from '#lib/contract/api.ts';
import type { BreakerTransition } from '#lib/contract/breaker-view.ts';
import type { AttemptRecord, RequestRecord } from '#lib/contract/records.ts';

const transition = (id: string, atWallMs: number): BreakerTransition => ({
  scope: 'target',
  id,
  atWallMs,
  from: 'closed',
  to: 'half_open',
  reason: 'open_elapsed',
  why: 'The open period is over.',
  generation: 1,
  openForMs: null,
  window: { ok: 0, slow: 0, failure: 0, consecutiveFailures: 0 },
  errors: [],
});
const audit = (id: string, atWallMs: number): AuditEntry => ({
  id,
  atWallMs,
  by: 'user:ana@example.com',
  via: 'dashboard',
  action: 'flow.update',
  entity: 'flow',
  entityId: 'support-chat',
  summary: 'Changed the badge.',
  reason: null,
  before: null,
  after: null,
});
const all: TimelineFilter = { kind: 'all', scope: '', text: '', fromWallMs: null, toWallMs: null };

describe('the timeline', () => {
  test('is newest first over both sources', () => {
    const items = mergeTimeline(
      { items: [transition('a', 30), transition('b', 10)], more: false },
      { items: [audit('1', 20)], more: false },
    );
    expect(items.map((item) => item.atWallMs)).toEqual([30, 20, 10]);
  });

  test('holds back rows that a later page of the other source could precede', () => {
    const items = mergeTimeline(
      { items: [transition('a', 30), transition('b', 25)], more: true },
      { items: [audit('1', 28), audit('2', 5)], more: false },
    );
    expect(items.map((item) => item.atWallMs)).toEqual([30, 28, 25]);
  });

  test('shows a transition once, whether it was pushed or fetched', () => {
    const event = transition('a', 30);
    const items = mergeTimeline({ items: [event, { ...event }], more: false }, { items: [], more: false });
    expect(items).toHaveLength(1);
  });

  test('filters by kind, scope, text and time', () => {
    const [item] = mergeTimeline(
      { items: [transition('gpt-us', 30)], more: false },
      { items: [], more: false },
    );
    if (item === undefined) throw new Error('no item');
    const matches = (own: Partial<TimelineFilter>) => matchesFilter(item, { ...all, ...own });
    expect(matches({})).toBe(true);
    expect(matches({ kind: 'person' })).toBe(false);
    expect(matches({ scope: 'claude' })).toBe(false);
    expect(matches({ scope: 'gpt-us', text: 'HALF-open' })).toBe(true);
    expect(matches({ text: 'timeout' })).toBe(false);
    expect(matches({ fromWallMs: 31 })).toBe(false);
    expect(matches({ toWallMs: 29 })).toBe(false);
  });
});

describe('the difference of two rows', () => {
  test('names the leaves that differ and nothing else', () => {
    const before = { policy: { mode: 'mixed', badge: { on: true } }, aliases: ['a'] };
    const after = { policy: { mode: 'mixed', badge: { on: false } }, aliases: ['a', 'b'], extra: 1 };
    expect(fieldChanges(before, after)).toEqual([
      { path: 'policy.badge.on', before: true, after: false },
      { path: 'aliases', before: ['a'], after: ['a', 'b'] },
      { path: 'extra', before: undefined, after: 1 },
    ]);
    expect(fieldChanges(before, before)).toEqual([]);
  });

  test('a created row is one change from none', () => {
    expect(fieldChanges(null, { a: 1 })).toEqual([{ path: '', before: null, after: { a: 1 } }]);
    expect(shortValue(null)).toBe('none');
  });
});

describe('the trail of a request', () => {
  const attempt = (own: Partial<AttemptRecord>): AttemptRecord => ({
    n: 1,
    target: 'claude',
    provider: 'anthropic',
    endpoint: 'global',
    model: 'claude-sonnet',
    startedMs: 0,
    waitedMs: 0,
    durationMs: 310,
    firstTokenMs: null,
    outcome: 'overloaded',
    verdict: 'failure',
    status: 529,
    message: null,
    probe: false,
    lastResort: false,
    hedge: false,
    resume: null,
    notes: [],
    ...own,
  });
  const request: RequestRecord = {
    id: 'req_1',
    atWallMs: 0,
    flow: 'support-chat',
    flowVersion: 1,
    apiKeyId: null,
    face: 'chat',
    stream: true,
    stakes: 'low',
    outcome: 'backup',
    status: 200,
    servedBy: { target: 'gpt-us', provider: 'openai', endpoint: 'us-east', model: 'gpt-4o' },
    degraded: true,
    reason: 'overloaded',
    badge: true,
    durationMs: 1400,
    firstTokenMs: 500,
    usage: null,
    attempts: [
      attempt({}),
      attempt({ n: 2, target: 'gpt-us', outcome: 'ok', verdict: 'ok', status: 200, durationMs: 1100 }),
    ],
    skips: [],
    denials: [],
    malformedEvents: 0,
    simulated: true,
  };
  const ms = (value: number) => `${value} ms`;

  test('reads from the first target to the one that answered', () => {
    expect(trailSummary(request, ms)).toBe('claude (529 overloaded, 310 ms) → gpt-us (ok, 1100 ms)');
    expect(trailSummary({ ...request, attempts: [] }, ms)).toBe('No target was called.');
  });

  test('tells in order who was passed over, who was called, and what was denied behind which call', () => {
    const denial = (target: string, what: 'retry' | 'failover' | 'resume', reason: string) => ({
      target,
      what,
      reason,
      text: `${what} of ${target}: ${reason}`,
    });
    const steps = trailSteps({
      ...request,
      skips: [{ target: 'mini', reason: 'ramp', text: 'Recovering.' }],
      denials: [
        denial('claude', 'retry', 'budget'),
        denial('gpt-eu', 'failover', 'deadline'),
        denial('gpt-us', 'resume', 'uncertain'),
      ],
    });
    const words = steps.map((step) => {
      if (step.kind === 'skip') return `skip ${step.skip.target}`;
      return step.kind === 'attempt' ? `attempt ${step.attempt.n}` : step.denial.text;
    });
    expect(words).toEqual([
      'skip mini',
      'attempt 1',
      'retry of claude: budget',
      'attempt 2',
      'failover of gpt-eu: deadline',
      'resume of gpt-us: uncertain',
    ]);
    expect(denialWords('failover')).toBe('not failed over');
  });

  test('tells what was not continued before what continued the answer', () => {
    const [first, second] = request.attempts;
    if (first === undefined || second === undefined) throw new Error('two attempts');
    const steps = trailSteps({
      ...request,
      attempts: [first, { ...second, resume: 'prefill' }],
      denials: [{ target: 'gpt-eu', what: 'resume', reason: 'budget', text: '' }],
    });
    expect(steps.map(({ kind }) => kind)).toEqual(['attempt', 'denied', 'attempt']);
  });

  test('says in words why an answer is degraded, for every reason that headers give', () => {
    const words = (reason: string) => requestSentence({ ...request, reason }, ms);
    expect(words('incapable')).toContain('because the request needed what the target does not have');
    expect(words('context_length_exceeded')).toContain('because the prompt was too long');
  });

  test('says what was special about an attempt, and which face was asked', () => {
    expect(specialWords(attempt({}))).toEqual([]);
    expect(specialWords(attempt({ hedge: true, probe: true })).join()).toMatch(/^a hedge:.*a probe/);
    expect(specialWords(attempt({ resume: 'prefill' }))).toEqual([
      'continued the broken answer from its last word',
    ]);
    expect(specialWords(attempt({ resume: 'restart' })).join()).toContain('asked again from the start');
    expect(faceWords('messages')).toBe('Anthropic Messages');
  });

  test('has a sentence that says who, why and how long', () => {
    expect(requestSentence(request, ms)).toBe(
      'Answered by a backup model: gpt-us, because the provider was overloaded, after 2 attempts in 1400 ms.',
    );
  });
});
