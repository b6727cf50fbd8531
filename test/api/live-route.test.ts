import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveEventSchema } from '#lib/contract/live.ts';
import { call } from './call.ts';
import { type ControlUnderTest, startControl } from './control-under-test.ts';

let control: ControlUnderTest;

beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control.stop());

async function events(response: Response, count: number) {
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('no stream');
  const seen: unknown[] = [];
  const decoder = new TextDecoder();
  let text = '';
  while (seen.length < count) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
      if (field('event') === undefined) continue;
      seen.push({ type: field('event'), seq: Number(field('id')), data: JSON.parse(field('data') ?? '') });
    }
  }
  await reader.cancel();
  return seen.map((event) => liveEventSchema.parse(event));
}

describe('GET /api/live', () => {
  test('nothing on the way may buffer or transform it', async () => {
    const response = await call('/api/live');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toContain('no-transform');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    await response.body?.cancel();
  });

  test('an override shows on an open stream as state and as audit, in the shapes of the contract', async () => {
    const stream = await call('/api/live');
    await call('/api/v1/breakers/target/gpt-4o-us/override', {
      method: 'PUT',
      body: { kind: 'forced_open', reason: 'a reason of enough words' },
    });
    const seen = await events(stream, 1 + 12);
    expect(seen[0]?.type).toBe('snapshot');
    expect(seen.map((event) => event.type)).toContain('audit');
    const forced = seen.flatMap((event) =>
      event.type === 'breaker' && event.data.effective === 'forced_open' ? [event.data.id] : [],
    );
    expect(forced).toEqual(['gpt-4o-us']);
  });

  test('a change of configuration announces its version', async () => {
    const stream = await call('/api/live');
    await call('/api/v1/api-keys', { method: 'POST', body: { name: 'x' } });
    const seen = await events(stream, 3);
    const config = seen.find((event) => event.type === 'config');
    expect(config?.data).toEqual({ version: control.parts.gateway.published?.version });
  });

  test('with Last-Event-ID it goes on where the reader was', async () => {
    const first = await call('/api/live');
    await call('/api/v1/api-keys', { method: 'POST', body: { name: 'y' } });
    const [snapshot, ...seen] = await events(first, 3);
    const again = await call('/api/live', { headers: { 'last-event-id': String(snapshot?.seq) } });
    expect(await events(again, seen.length)).toEqual(seen);
  });

  test('a reader that leaves is forgotten', async () => {
    const before = control.parts.feed.hub.connections;
    const response = await call('/api/live');
    expect(control.parts.feed.hub.connections).toBe(before + 1);
    await response.body?.cancel();
    expect(control.parts.feed.hub.connections).toBe(before);
  });

  test('too many readers are refused before a stream opens', async () => {
    const open = await Promise.all(Array.from({ length: 100 }, () => call('/api/live')));
    const refused = await call('/api/live');
    expect(refused.status).toBe(429);
    await Promise.all([...open, refused].map((response) => response.body?.cancel()));
  });
});

test('a database that fails costs history alone: breakers, recent metrics and the live feed stay', async () => {
  const { store } = control.parts;
  const { list } = store.requests;
  store.requests.list = () => Promise.reject(new Error('disk on fire'));
  const history = await call('/api/v1/requests');
  expect(history.status).toBe(500);
  expect(await history.text()).not.toContain('fire');
  const now = Date.now();
  const paths = ['/api/v1/breakers', `/api/v1/metrics?from=${now}&to=${now + 1000}`, '/api/live'];
  const answers = await Promise.all(paths.map((path) => call(path)));
  store.requests.list = list;
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  await answers[2]?.body?.cancel();
});
