import { describe, expect, it, vi } from 'vitest';
import { keys } from '#components/api/keys.ts';
import { announceTransitions } from '#components/live/announcement.ts';
import { parseLiveMessage } from '#components/live/event-stream.ts';
import { applyLiveEvent, EMPTY_LIVE_STATE, withBreakers } from '#components/live/live-state.ts';
import { LiveStore } from '#components/live/live-store.ts';
import { ServerClock } from '#components/live/server-clock.ts';
import { staleAfter } from '#components/live/stale-after.ts';
import type { LiveEvent } from '#lib/contract/live.ts';
import { breaker, NOON, openBreaker, transition } from './live-factories.ts';

const gateway = { up: true, pid: 1, rssBytes: 1, utilisation: 0, snapshotVersion: 1, lastTickWallMs: NOON };
const snapshot = (breakers = [breaker('claude', { seq: 5 })]): LiveEvent => ({
  type: 'snapshot',
  seq: 9,
  data: { seq: 9, now: NOON, gateway, breakers, targets: [], flows: [], faults: [], configVersion: 1 },
});

describe('what a tab reads again', () => {
  const audit = (action: string, entity: string): LiveEvent => ({
    type: 'audit',
    seq: 3,
    data: { id: '7', action, entity, by: 'token', atWallMs: NOON, summary: action },
  });

  it('after a draft was saved, thrown away, published, or a version rolled back: flows, drafts and versions, and the audit', () => {
    for (const action of ['flow.draft.save', 'flow.draft.discard', 'flow.publish', 'flow.rollback'])
      expect(staleAfter(audit(action, 'flow'))).toEqual([keys.audit, keys.flows]);
  });

  it('after an override was set, cleared or ran out: readiness, which rests on it, and the audit', () => {
    for (const action of ['breaker.override.set', 'breaker.override.clear', 'breaker.override.expire'])
      expect(staleAfter(audit(action, 'target'))).toEqual([keys.audit, keys.readiness]);
  });

  it('after other changes: the audit; what they configure comes with the new configuration', () => {
    expect(staleAfter(audit('breaker.reset', 'target'))).toEqual([keys.audit]);
    expect(staleAfter({ type: 'config', seq: 4, data: { version: 2 } })).toContain(keys.flows);
    expect(staleAfter({ type: 'heartbeat', seq: 5, data: { now: NOON } })).toEqual([]);
  });

  it('after it was cut off for so long that events were missed: everything configured, the audit and the transitions', () => {
    expect(staleAfter(snapshot())).toEqual([]);
    for (const key of [keys.flows, keys.targets, keys.providers, keys.audit, keys.events])
      expect(staleAfter(snapshot(), true)).toContain(key);
  });
});

describe('applying live events', () => {
  it('never lets an older view of a breaker replace a newer one', () => {
    const state = applyLiveEvent(EMPTY_LIVE_STATE, snapshot());
    const older = withBreakers(state, [openBreaker('claude', { seq: 4 })]);
    expect(older.breakers.get('target:claude')?.state).toBe('closed');
    const newer = withBreakers(state, [openBreaker('claude', { seq: 6 })]);
    expect(newer.breakers.get('target:claude')?.state).toBe('open');
  });

  it('forgets scopes that a snapshot no longer names', () => {
    const state = applyLiveEvent(EMPTY_LIVE_STATE, snapshot([breaker('claude'), breaker('gone')]));
    expect(applyLiveEvent(state, snapshot([breaker('claude')])).breakers.has('target:gone')).toBe(false);
  });

  it('keeps the same object when an event changes nothing', () => {
    const state = applyLiveEvent(EMPTY_LIVE_STATE, snapshot());
    expect(applyLiveEvent(state, { type: 'heartbeat', seq: 10, data: { now: NOON } })).toBe(state);
  });

  it('keeps the newest fifty transitions', () => {
    let state = EMPTY_LIVE_STATE;
    for (let n = 0; n < 60; n++) {
      state = applyLiveEvent(state, { type: 'transition', seq: n, data: transition(`t${n}`) });
    }
    expect(state.transitions).toHaveLength(50);
    expect(state.transitions[0]?.id).toBe('t59');
  });
});

describe('reading a frame of the stream', () => {
  it('reads the data alone and the data in an envelope', () => {
    const expected = { type: 'heartbeat', seq: 7, data: { now: 5 } };
    expect(parseLiveMessage('heartbeat', '7', '{"now":5}')).toEqual(expected);
    expect(parseLiveMessage('heartbeat', '7', '{"data":{"now":5}}')).toEqual(expected);
  });

  it('refuses what the contract does not know', () => {
    expect(parseLiveMessage('heartbeat', '7', '{"now":"soon"}')).toBeNull();
    expect(parseLiveMessage('heartbeat', '7', 'not json')).toBeNull();
    expect(parseLiveMessage('surprise', '7', '{}')).toBeNull();
  });
});

describe('the live store', () => {
  it('shows a storm of changes as one render', () => {
    vi.useFakeTimers();
    const store = new LiveStore(() => Date.now());
    const shown = vi.fn();
    store.subscribe(shown);
    for (let seq = 1; seq <= 20; seq++) {
      store.receive({ type: 'breaker', seq, data: breaker('claude', { seq }) });
    }
    vi.advanceTimersByTime(100);
    expect(shown).toHaveBeenCalledTimes(1);
    expect(store.view().state.breakers.get('target:claude')?.seq).toBe(20);
    vi.useRealTimers();
  });

  it('freezes the view while paused, counts what changed, and shows it on resume', () => {
    vi.useFakeTimers();
    const store = new LiveStore(() => Date.now());
    store.receive(snapshot());
    vi.advanceTimersByTime(100);
    store.dispatch({ type: 'pause', at: Date.now() });
    store.receive({ type: 'breaker', seq: 10, data: openBreaker('claude', { seq: 10 }) });
    vi.advanceTimersByTime(100);
    expect(store.view().state.breakers.get('target:claude')?.state).toBe('closed');
    expect(store.view().changesWhilePaused).toBe(1);
    expect(store.latest().breakers.get('target:claude')?.state).toBe('open');
    store.dispatch({ type: 'resume', at: Date.now() });
    expect(store.view().state.breakers.get('target:claude')?.state).toBe('open');
    vi.useRealTimers();
  });
});

describe('the server clock', () => {
  it('takes the offset of the message that travelled least', () => {
    const clock = new ServerClock();
    clock.observe(10_000, 5_400);
    clock.observe(11_000, 6_050);
    clock.observe(12_000, 7_900);
    expect(clock.offset()).toBe(4_950);
  });
});

describe('what a screen reader hears of transitions', () => {
  it('gathers them into sentences and names each scope once, as it ended', () => {
    expect(
      announceTransitions([
        transition('claude', { atWallMs: 3, to: 'half_open' }),
        transition('claude', { atWallMs: 1, to: 'open' }),
        transition('gpt-us', { atWallMs: 2, to: 'open' }),
        transition('gpt-eu', { atWallMs: 2, to: 'open' }),
      ]),
    ).toBe('2 breakers opened: gpt-us and gpt-eu. 1 breaker probing: claude.');
  });
});
