import { describe, expect, it } from 'vitest';
import {
  type Connection,
  type ConnectionEvent,
  initialConnection,
  isStale,
  reduceConnection,
} from '#components/live/connection.ts';

const run = (...events: ConnectionEvent[]): Connection =>
  events.reduce(reduceConnection, initialConnection(0));

describe('the state of the live connection', () => {
  it('is live from the first message on', () => {
    expect(run({ type: 'message', at: 100 })).toEqual({ kind: 'live', lastAt: 100 });
  });

  it('lags after more than 11 s of silence, not before, and recovers with the next message', () => {
    expect(run({ type: 'message', at: 0 }, { type: 'tick', at: 11_000 }).kind).toBe('live');
    const silent = run({ type: 'message', at: 0 }, { type: 'tick', at: 11_001 });
    expect(silent).toEqual({ kind: 'lagging', since: 11_001, lastAt: 0 });
    expect(reduceConnection(silent, { type: 'message', at: 13_000 }).kind).toBe('live');
  });

  it('counts attempts while it reconnects and keeps when it last heard', () => {
    expect(run({ type: 'message', at: 5 }, { type: 'lost', at: 10 }, { type: 'lost', at: 20 })).toEqual({
      kind: 'reconnecting',
      attempt: 2,
      since: 10,
      lastAt: 5,
    });
  });

  it('polls until the stream speaks again', () => {
    const polling = run({ type: 'lost', at: 0 }, { type: 'poll-started', at: 1 }, { type: 'polled', at: 2 });
    expect(polling).toEqual({ kind: 'polling', since: 1, lastAt: 2 });
    expect(reduceConnection(polling, { type: 'lost', at: 3 })).toBe(polling);
    expect(reduceConnection(polling, { type: 'message', at: 4 }).kind).toBe('live');
  });

  it('keeps the connection going underneath a pause by the user, and gives it back on resume', () => {
    const paused = run({ type: 'message', at: 0 }, { type: 'pause', at: 10 }, { type: 'lost', at: 20 });
    expect(paused).toMatchObject({ kind: 'paused', by: 'user', since: 10, inner: { kind: 'reconnecting' } });
    expect(reduceConnection(paused, { type: 'resume', at: 30 }).kind).toBe('reconnecting');
  });

  it('hears nothing while hidden and begins anew afterwards', () => {
    const hidden = run({ type: 'message', at: 0 }, { type: 'hide', at: 10 }, { type: 'message', at: 20 });
    expect(hidden).toEqual({ kind: 'paused', by: 'hidden', since: 10, lastAt: 0 });
    expect(reduceConnection(hidden, { type: 'resume', at: 30 })).toEqual({
      kind: 'connecting',
      since: 30,
      lastAt: 0,
    });
  });

  it('says unauthorised once', () => {
    const out = run({ type: 'message', at: 0 }, { type: 'unauthorised', at: 10 });
    expect(reduceConnection(out, { type: 'unauthorised', at: 20 })).toBe(out);
  });
});

describe('whether a number may be taken for the present', () => {
  it.each([
    ['live', run({ type: 'message', at: 0 }), 500, false],
    ['lagging', run({ type: 'message', at: 0 }, { type: 'tick', at: 11_001 }), 11_001, true],
    ['a reconnect of three seconds', run({ type: 'message', at: 0 }, { type: 'lost', at: 1 }), 3_000, false],
    ['a reconnect of five seconds', run({ type: 'message', at: 0 }, { type: 'lost', at: 1 }), 5_000, true],
    [
      'polling that answers',
      run({ type: 'poll-started', at: 0 }, { type: 'polled', at: 1_000 }),
      6_000,
      false,
    ],
    [
      'polling without an answer',
      run({ type: 'poll-started', at: 0 }, { type: 'polled', at: 1_000 }),
      9_000,
      true,
    ],
    ['signed out', run({ type: 'message', at: 0 }, { type: 'unauthorised', at: 1 }), 2, true],
    ['hidden', run({ type: 'message', at: 0 }, { type: 'hide', at: 1 }), 2, true],
    [
      'paused by the user over a live stream',
      run({ type: 'message', at: 0 }, { type: 'pause', at: 1 }),
      2,
      false,
    ],
  ])('%s', (_name, state, now, stale) => {
    expect(isStale(state, now)).toBe(stale);
  });
});
