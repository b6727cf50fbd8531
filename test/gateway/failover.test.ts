import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { PolicyInput } from '#lib/contract/policy.ts';
import {
  answers,
  type Behaviour,
  chunk,
  cuts,
  DONE,
  FakeUpstream,
  fails,
  keepsSilent,
  ROLE,
  replies,
  resets,
  STOP,
  stalls,
  streams,
} from '#test/support/fake-upstream.ts';
import { eventsOf, TestGateway } from './support.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0)) await thing.close();
});

const QUICK: PolicyInput = {
  retry: { maxPerTarget: 0 },
  timeouts: { firstTokenSeconds: 0.3, idleSeconds: 0.3, totalSeconds: 5 },
};
const GOOD = streams(ROLE, chunk({ content: 'from the backup' }), STOP, DONE);

async function setUp(primaryDoes: Behaviour, backupDoes: Behaviour, policy: PolicyInput = QUICK) {
  const primary = await FakeUpstream.start(primaryDoes);
  const backup = await FakeUpstream.start(backupDoes);
  const targets = { primary: { origin: primary.origin }, backup: { origin: backup.origin } };
  const gateway = await TestGateway.start({ targets, policy });
  open.push({ close: () => gateway.worker.stop() }, primary, backup);
  return { primary, backup, gateway };
}

const ERROR = { message: 'The server had an error', type: 'server_error', code: null };
const HTML = replies(200, '<html>Welcome to the captive portal</html>', { 'content-type': 'text/html' });

const BEFORE_COMMIT: [string, Behaviour, string][] = [
  ['a 500', fails(500, ERROR), 'server_error'],
  [
    'a 429',
    fails(429, { message: 'Slow down', code: 'rate_limit_exceeded' }, { 'retry-after': '7' }),
    'rate_limited',
  ],
  ['a refused credential', fails(401, { message: 'Bad key', code: 'invalid_api_key' }), 'auth'],
  ['a reset', resets, 'connection'],
  ['a 200 that is a web page', HTML, 'protocol_violation'],
  ['an empty 200', replies(200, ''), 'protocol_violation'],
  ['a 200 whose body is an error', replies(200, JSON.stringify({ error: ERROR })), 'server_error'],
];

describe('before the commit point', () => {
  for (const [what, behaviour, failureClass] of BEFORE_COMMIT) {
    for (const stream of [true, false]) {
      it(`${what} fails over and shows nothing of it (stream: ${stream})`, async () => {
        const { gateway } = await setUp(behaviour, stream ? GOOD : answers('from the backup'));
        const response = await gateway.chat({ stream });
        expect(response.status).toBe(200);
        const text = await response.text();
        expect(text).toContain('from the backup');
        expect(response.headers.get('x-switchyard-attempts')).toBe('2');
        const record = await gateway.record(response.headers.get('x-request-id'));
        expect(record.attempts.map(({ outcome }) => outcome)).toEqual([failureClass, 'ok']);
        expect(record.outcome).toBe('backup');
      });
    }
  }

  it('a patient flow asks its primary once more, and nothing shows that it had failed', async () => {
    const patient = { ...QUICK, primaryPatience: { seconds: 2, retries: 1 } };
    const { gateway, primary, backup } = await setUp(fails(503, ERROR), GOOD, patient);
    primary.behave(fails(503, ERROR), streams(ROLE, chunk({ content: 'from the primary' }), STOP, DONE));
    const response = await gateway.chat({ stream: true });
    expect(await response.text()).toContain('from the primary');
    expect(response.headers.get('x-switchyard-degraded')).toBe('false');
    expect(backup.calls).toHaveLength(0);
    const record = await gateway.record(response.headers.get('x-request-id'));
    expect(record.attempts.map(({ outcome }) => outcome)).toEqual(['server_error', 'ok']);
  });

  const STREAMED: [string, Behaviour, string][] = [
    [
      'an error event before any content',
      streams(ROLE, `data: ${JSON.stringify({ error: ERROR })}\n\n`),
      'server_error',
    ],
    [
      'an error event as the first event',
      streams(`data: ${JSON.stringify({ error: ERROR })}\n\n`),
      'server_error',
    ],
    ['silence', keepsSilent, 'timeout'],
    ['a role without content', stalls(ROLE), 'timeout'],
    ['pings without content', stalls(': ping\n\n', ': ping\n\n'), 'timeout'],
    ['an end before any content', streams(ROLE), 'protocol_violation'],
    ['a cut before any content', cuts(ROLE), 'connection'],
    [
      'a page of HTML sent as a stream',
      replies(200, '<html></html>', { 'content-type': 'text/event-stream' }),
      'protocol_violation',
    ],
  ];
  for (const [what, behaviour, failureClass] of STREAMED) {
    it(`${what} fails over`, async () => {
      const { gateway } = await setUp(behaviour, GOOD);
      const response = await gateway.chat({ stream: true });
      expect(await response.text()).toContain('from the backup');
      const record = await gateway.record(response.headers.get('x-request-id'));
      expect(record.attempts[1]?.outcome).toBe('ok');
      expect(['protocol_violation', failureClass]).toContain(record.attempts[0]?.outcome);
    });
  }

  it('an answer that breaks in the very read that brought its first content fails over', async () => {
    const broken = `${ROLE}${chunk({ content: 'Once' })}data: ${JSON.stringify({ error: ERROR })}\n\n`;
    const { gateway } = await setUp(streams(broken), GOOD);
    const text = await (await gateway.chat({ stream: true })).text();
    expect(text).toContain('from the backup');
    expect(text).not.toContain('Once');
  });

  it('sends not even a header while it waits for content', async () => {
    const { gateway, primary } = await setUp(stalls(ROLE), GOOD, { timeouts: { firstTokenSeconds: 30 } });
    const leave = new AbortController();
    const received = primary.nextCall();
    const answer = gateway.chat({ stream: true }, {}, leave.signal);
    let answered = false;
    answer.then(
      () => {
        answered = true;
      },
      () => {},
    );
    await received;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(answered).toBe(false);
    leave.abort();
    await expect(answer).rejects.toThrow();
  });

  it('counts reasoning as progress', async () => {
    const slowly: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of [
        chunk({ reasoning_content: 'Hm' }),
        chunk({ reasoning_content: '...' }),
        chunk({ content: '42' }),
        STOP,
        DONE,
      ]) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        response.write(piece);
      }
      response.end();
    };
    const { gateway } = await setUp(slowly, GOOD);
    const response = await gateway.chat({ stream: true });
    expect(await response.text()).toContain('42');
    expect(response.headers.get('x-switchyard-attempts')).toBe('1');
  });
});

describe('after the commit point', () => {
  const START = [ROLE, chunk({ content: 'Once upon' })];
  const BROKEN: [string, Behaviour, string[]][] = [
    ['a cut', cuts(...START), ['upstream_connection', 'upstream_protocol_violation']],
    ['a stall', stalls(...START), ['upstream_timeout']],
    ['an end without terminal marker', streams(...START), ['upstream_protocol_violation']],
    ['[DONE] without a finish', streams(...START, DONE), ['upstream_protocol_violation']],
    [
      'an error event',
      streams(...START, `data: ${JSON.stringify({ error: ERROR })}\n\n`),
      ['upstream_server_error'],
    ],
  ];
  for (const [what, behaviour, codes] of BROKEN) {
    it(`${what} ends in an explicit error event and without [DONE], where the flow wants no continuation`, async () => {
      const { gateway, backup } = await setUp(behaviour, GOOD, { ...QUICK, midStream: 'error' });
      const response = await gateway.chat({ stream: true });
      const events = eventsOf(await response.text());
      expect(events).not.toContain('DONE');
      expect(events.slice(0, 2)).toMatchObject([
        { choices: [{}] },
        { choices: [{ delta: { content: 'Once upon' } }] },
      ]);
      expect(events[2]).toMatchObject({
        error: { type: 'upstream_error', message: expect.any(String), param: null },
      });
      expect(codes).toContain(JSON.parse(JSON.stringify(events[2])).error.code);
      expect(events).toHaveLength(3);
      expect(backup.calls).toHaveLength(0);
      const record = await gateway.record(response.headers.get('x-request-id'));
      expect(record.outcome).toBe('broken_stream');
      expect(record.attempts).toMatchObject([{ verdict: 'failure', target: 'primary' }]);
    });
  }

  it('an error behind the terminal marker leaves a finished answer finished', async () => {
    const late = `data: ${JSON.stringify({ error: ERROR })}\n\n`;
    const { gateway } = await setUp(streams(...START, STOP, late), GOOD);
    const events = eventsOf(await (await gateway.chat({ stream: true })).text());
    expect(events.at(-1)).toBe('DONE');
    expect(JSON.stringify(events)).not.toContain('server_error');
  });

  it('a finished answer ends soon, though its provider leaves the stream open', async () => {
    const patient: PolicyInput = { timeouts: { firstTokenSeconds: 20, idleSeconds: 20, totalSeconds: 40 } };
    const { gateway } = await setUp(stalls(...START, STOP), GOOD, patient);
    const startedAt = performance.now();
    const response = await gateway.chat({ stream: true });
    expect(eventsOf(await response.text()).at(-1)).toBe('DONE');
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    const record = await gateway.record(response.headers.get('x-request-id'));
    expect(record).toMatchObject({ outcome: 'primary', attempts: [{ verdict: 'ok' }] });
  });

  it('a stream that outlives the whole deadline is ended explicitly', async () => {
    const endless: Behaviour = ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => response.write(chunk({ content: '.' })), 50);
      response.on('close', () => clearInterval(timer));
    };
    const { gateway } = await setUp(endless, GOOD, {
      timeouts: { firstTokenSeconds: 0.3, totalSeconds: 0.6 },
    });
    const events = eventsOf(await (await gateway.chat({ stream: true })).text());
    expect(events.at(-1)).toMatchObject({ error: { code: 'upstream_timeout' } });
  });
});

describe('a client that goes away', () => {
  it('aborts the upstream call before the commit point, and counts against nobody', async () => {
    const { gateway, primary, backup } = await setUp(keepsSilent, GOOD, {});
    const leave = new AbortController();
    const received = primary.nextCall();
    const answer = gateway.chat({ stream: true }, {}, leave.signal).catch(() => null);
    const call = await received;
    leave.abort();
    await call.aborted;
    await answer;
    const record = await gateway.until((messages) =>
      messages
        .flatMap((m) => (m.type === 'records' ? m.requests : []))
        .find(({ outcome }) => outcome === 'aborted'),
    );
    expect(record).toMatchObject({ status: 499, attempts: [{ outcome: 'aborted', verdict: 'none' }] });
    expect(backup.calls).toHaveLength(0);
  });

  it('aborts the upstream stream after it, and counts against nobody', async () => {
    const { gateway, primary } = await setUp(stalls(ROLE, chunk({ content: 'Once' })), GOOD, {});
    const leave = new AbortController();
    const response = await gateway.chat({ stream: true }, {}, leave.signal);
    leave.abort();
    await primary.calls[0]?.aborted;
    const record = await gateway.record(response.headers.get('x-request-id'));
    expect(record).toMatchObject({
      outcome: 'aborted',
      status: 200,
      attempts: [{ outcome: 'aborted', verdict: 'ok' }],
    });
  });
});

it('a reader that is slow slows the provider down instead of filling memory', async () => {
  const piece = chunk({ content: 'x'.repeat(64 * 1024) });
  let written = 0;
  const flood: Behaviour = async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(ROLE);
    for (let n = 0; n < 1000 && !response.destroyed; n += 1) {
      written = n;
      if (!response.write(piece)) {
        await once(response, 'drain');
      }
    }
    response.end(STOP + DONE);
  };
  const { gateway } = await setUp(flood, GOOD, {});
  const response = await gateway.chat({ stream: true });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const stoppedAt = written;
  expect(stoppedAt).toBeLessThan(900);
  const text = await response.text();
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  expect(written).toBe(999);
});
