import { describe, expect, it } from 'vitest';
import { ApiError, issueFor, queryString, toApiError } from '#components/api/client.ts';
import { fromInput, toInput } from '#components/shell/datetime-input.ts';
import { isCurrent } from '#components/shell/nav.ts';
import { withShared } from '#components/shell/shared-href.ts';
import { readShortcut } from '#components/shell/shortcut-keys.ts';
import {
  asSentence,
  formatActor,
  formatAgo,
  formatCount,
  formatDuration,
  formatInstant,
  formatLatency,
  formatRate,
  formatShare,
  formatShortInstant,
  joinWords,
  plural,
} from '#components/ui/format.ts';
import { panelState } from '#components/ui/panel-state.ts';
import { NOON } from './live-factories.ts';

describe('a cause that stands alone', () => {
  it('begins like a sentence, and a name keeps its own case', () => {
    expect(asSentence('both models used there are open: a, b.')).toBe(
      'Both models used there are open: a, b.',
    );
    expect(asSentence('all-in-one answered.')).toBe('all-in-one answered.');
    expect(asSentence('3 of the 4 models used there are open.')).toBe(
      '3 of the 4 models used there are open.',
    );
  });
});

describe('numbers for people', () => {
  it.each([
    [formatDuration(-5), '0 s'],
    [formatDuration(12_400), '12 s'],
    [formatDuration(59_600), '1 min'],
    [formatDuration(43 * 60_000), '43 min'],
    [formatDuration(80 * 60_000), '1 h 20 min'],
    [formatDuration(11.4 * 3_600_000), '11 h'],
    [formatDuration(72 * 3_600_000), '3 d'],
    [formatAgo(0, 900), 'just now'],
    [formatAgo(0, 38_000), '38 s ago'],
    [formatLatency(null), '–'],
    [formatLatency(85.4), '85 ms'],
    [formatLatency(1244), '1.24 s'],
    [formatLatency(31_000), '31.0 s'],
    [formatShare(null), '–'],
    [formatShare(0), '0 %'],
    [formatShare(0.0004), '<0.1 %'],
    [formatShare(0.004), '0.4 %'],
    [formatShare(0.123), '12 %'],
    [formatRate(0), '0'],
    [formatRate(0.01), '<0.1'],
    [formatRate(3.14), '3.1'],
    [formatCount(1234), '1\u202f234'],
    [formatCount(128_000), '128k'],
    [formatActor('user:ana@example.com'), 'ana'],
    [formatActor('system'), 'Switchyard'],
    [joinWords(['a', 'b', 'c']), 'a, b and c'],
    [plural(1, 'override'), '1 override'],
    [plural(2, 'override'), '2 overrides'],
  ])('%s is %s', (actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('says the day of an instant only when it is another one, and seconds only within a minute', () => {
    expect(formatInstant(NOON, 'utc')).toBe('22 Nov 2026, 12:00:00 UTC');
    expect(formatShortInstant(NOON - 30_000, NOON, 'utc')).toBe('11:59:30');
    expect(formatShortInstant(NOON - 3_600_000, NOON, 'utc')).toBe('11:00');
    expect(formatShortInstant(NOON + 3_600_000, NOON, 'utc')).toBe('13:00');
    expect(formatShortInstant(NOON - 86_400_000, NOON, 'utc')).toBe('21 Nov 12:00');
  });

  it('reads back what a date field was given', () => {
    expect(toInput(NOON, 'utc')).toBe('2026-11-22T12:00');
    expect(fromInput('2026-11-22T12:00', 'utc')).toBe(NOON);
    expect(fromInput(toInput(NOON, 'local'), 'local')).toBe(NOON);
    expect(fromInput('', 'utc')).toBeNull();
  });
});

describe('single-key shortcuts', () => {
  const idle = { goSince: null };

  it('go to a page with G and its letter, within a second and a half', () => {
    const waiting = readShortcut(idle, 'g', 0).state;
    expect(readShortcut(waiting, 't', 1_000).action).toEqual({ type: 'go', href: '/targets' });
    expect(readShortcut(waiting, 't', 2_000).action).toEqual({ type: 'range' });
  });

  it('forget G after a letter that leads nowhere', () => {
    const waiting = readShortcut(idle, 'g', 0).state;
    expect(readShortcut(waiting, 'x', 100)).toEqual({ state: idle, action: null });
  });

  it('pause, refresh, filter and list themselves', () => {
    expect(['p', 'R', '/', '?'].map((key) => readShortcut(idle, key, 0).action?.type)).toEqual([
      'pause',
      'refresh',
      'filter',
      'help',
    ]);
  });
});

describe('links', () => {
  it('keep the range of the page, and their own parameters', () => {
    const params = new URLSearchParams('range=6h&q=left&from=1');
    expect(withShared('/targets?q=gpt', params)).toBe('/targets?q=gpt&range=6h&from=1');
    expect(withShared('/', new URLSearchParams())).toBe('/');
    expect(withShared('/settings#config-file', params)).toBe('/settings?range=6h&from=1#config-file');
  });

  it('mark a page current with all below it, and the overview only by itself', () => {
    expect(isCurrent('/targets', '/targets/claude')).toBe(true);
    expect(isCurrent('/', '/targets')).toBe(false);
  });
});

describe('errors of the control API', () => {
  const body = {
    error: {
      code: 'invalid',
      message: 'Not valid.',
      issues: [{ path: 'policy.badge.text', message: 'Say something.' }],
    },
  };

  it('carry code, status and the message of each field', () => {
    const error = toApiError({ status: 422 }, body);
    expect([error.code, error.status, error.message]).toEqual(['invalid', 422, 'Not valid.']);
    expect(issueFor(error, 'policy.badge.text')).toBe('Say something.');
    expect(issueFor(error, 'slug')).toBeNull();
  });

  it('say something even when the answer is not one', () => {
    expect(toApiError({ status: 502 }, '<html>').message).toBe('The server answered 502 without saying why.');
    expect(toApiError({ status: 401 }, undefined).code).toBe('unauthenticated');
  });

  it('leave out empty query parameters', () => {
    expect(queryString({ from: 'x y', to: undefined, id: null, limit: 5 })).toBe('?from=x+y&limit=5');
    expect(queryString({})).toBe('');
  });
});

describe('the state of a panel', () => {
  const refetch = () => undefined;

  it('is loading, then ready or empty', () => {
    expect(panelState({ data: undefined, error: null, isPending: true, refetch }).kind).toBe('loading');
    expect(panelState({ data: [], error: null, isPending: false, refetch }).kind).toBe('ready');
    const empty = { kind: 'none', text: 'Nothing.' } as const;
    expect(panelState({ data: [], error: null, isPending: false, refetch }, empty)).toBe(empty);
  });

  it('keeps the last good data when a later read fails', () => {
    const error = new ApiError({ code: 'internal', status: 500, message: 'The database is slow.' });
    expect(panelState({ data: [], error, isPending: false, refetch })).toMatchObject({
      kind: 'failed',
      lastGood: true,
    });
    expect(panelState({ data: undefined, error, isPending: false, refetch })).toMatchObject({
      lastGood: false,
    });
  });
});
