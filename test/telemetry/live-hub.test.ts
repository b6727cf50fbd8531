import { describe, expect, test } from 'vitest';
import { LiveHub, type LiveHubOptions } from '#lib/telemetry/live-hub.ts';

const gateway = {
  up: true,
  pid: 1,
  rssBytes: 1,
  utilisation: 0,
  snapshotVersion: 1,
  lastTickWallMs: null,
};

function hub(over: Partial<LiveHubOptions> = {}) {
  const clock = { now: 1_000_000 };
  const one = new LiveHub({
    now: () => clock.now,
    snapshot: () => ({ gateway, breakers: [], targets: [], flows: [], faults: [], configVersion: 3 }),
    ...over,
  });
  return { one, clock };
}

interface Seen {
  event: string;
  id: number;
  data: unknown;
}

/** Reads everything that is queued now. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>, count: number): Promise<Seen[]> {
  const seen: Seen[] = [];
  let text = '';
  const decoder = new TextDecoder();
  while (seen.length < count) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const fields = Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s, 2)));
      if (fields.event !== undefined)
        seen.push({ event: fields.event, id: Number(fields.id), data: JSON.parse(fields.data) });
    }
  }
  return seen;
}

function open(one: LiveHub, lastEventId: string | null = null) {
  const stream = one.open(lastEventId);
  if (stream === null) throw new Error('refused');
  return stream.getReader();
}

const config = (version: number) => ({ type: 'config' as const, data: { version } });
const metrics = { type: 'metrics' as const, data: { now: 1, targets: [], flows: [], gateway } };

describe('live hub', () => {
  test('a new tab starts from a snapshot, then gets numbered events', async () => {
    const { one } = hub();
    const reader = open(one);
    one.publish(config(4));
    const [first, second] = await drain(reader, 2);
    expect(first).toMatchObject({ event: 'snapshot', data: { configVersion: 3 } });
    expect(second).toMatchObject({ event: 'config', data: { version: 4 } });
    expect(second?.id).toBe((first?.id ?? 0) + 1);
  });

  test('a tab that comes back gets exactly what it missed', async () => {
    const { one } = hub();
    const reader = open(one);
    one.publish(config(4));
    const seen = await drain(reader, 2);
    await reader.cancel();
    one.publish(config(5));
    one.publish(config(6));
    const again = await drain(open(one, String(seen.at(-1)?.id)), 2);
    expect(again.map((event) => event.data)).toEqual([{ version: 5 }, { version: 6 }]);
  });

  test('a tab that was away too long, or knew another process, starts from a snapshot', async () => {
    const { one, clock } = hub({ ringSize: 2 });
    const early = String(clock.now);
    for (const version of [4, 5, 6, 7]) one.publish(config(version));
    for (const id of [early, '17', '99999999999999', 'nonsense']) {
      expect((await drain(open(one, id), 1))[0]?.event).toBe('snapshot');
    }
  });

  test('a tab that missed megabytes starts from a snapshot and stays', async () => {
    const { one, clock } = hub();
    const early = String(clock.now);
    const fault = { id: 'f', provider: 'p'.repeat(4_000), fault: 'reset' as const, share: 1, sinceWallMs: 1 };
    for (let n = 0; n < 1_500; n += 1) one.publish({ type: 'faults', data: [fault] });
    const reader = open(one, early);
    one.publish(config(4));
    expect((await drain(reader, 2)).map(({ event }) => event)).toEqual(['snapshot', 'config']);
    expect(one.connections).toBe(1);
  });

  test('a slow tab loses metrics but never a change of state', async () => {
    const { one } = hub();
    const reader = open(one);
    const big = { ...metrics, data: { ...metrics.data, targets: pulses(200) } };
    for (let n = 0; n < 50; n += 1) one.publish(big);
    for (let n = 0; n < 20; n += 1) one.publish(config(n));
    const seen = await drain(reader, 21);
    const rest = seen.filter((event) => event.event === 'config');
    expect(seen.filter((event) => event.event === 'metrics').length).toBeLessThan(10);
    const more = rest.length < 20 ? await drain(reader, 20 - rest.length) : [];
    expect([...rest, ...more].map((event) => event.data)).toEqual(
      Array.from({ length: 20 }, (_, version) => ({ version })),
    );
  });

  test('a tab that is stuck is let go, so that it cannot fill the memory', () => {
    const { one } = hub();
    one.open(null);
    const faults = Array.from({ length: 2_000 }, (_, n) => ({
      id: `fault-${n}`,
      provider: 'p'.repeat(40),
      fault: 'reset' as const,
      share: 1,
      sinceWallMs: 1,
    }));
    for (let n = 0; n < 100; n += 1) one.publish({ type: 'faults', data: faults });
    expect(one.connections).toBe(0);
  });

  test('heartbeats carry the clock, and old connections are closed', async () => {
    const { one, clock } = hub({ maxAgeMs: 1_000 });
    const reader = open(one);
    one.heartbeat();
    const seen = await drain(reader, 2);
    expect(seen[1]).toMatchObject({ event: 'heartbeat', data: { now: clock.now } });
    clock.now += 1_000;
    one.heartbeat();
    expect((await reader.read()).done).toBe(true);
    expect(one.connections).toBe(0);
  });

  test('a tab that leaves is forgotten, and there is a limit to how many stay', async () => {
    const { one } = hub({ maxConnections: 1 });
    const reader = open(one);
    expect(one.open(null)).toBeNull();
    await reader.cancel();
    expect(one.connections).toBe(0);
    expect(one.open(null)).not.toBeNull();
  });
});

function pulses(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    target: `target-${n}`,
    perSecond: 1,
    errorShare: 0,
    p95Ms: 1,
    inFlight: 0,
    spark: Array.from({ length: 60 }, () => 1),
  }));
}
