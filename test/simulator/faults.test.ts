import { describe, expect, test } from 'vitest';
import { FAULTS, type Fault } from '#lib/contract/simulator.ts';
import type { Simulator } from '#lib/simulator/simulator.ts';
import {
  ANTHROPIC,
  arrived,
  ask,
  contentOf,
  OPENAI,
  payloads,
  simulatedWorld,
  VENDORS,
  type Vendor,
} from './simulated-world.ts';

async function broken(vendor: Vendor, fault: Fault, extra: object = {}): Promise<Simulator> {
  const simulator = await simulatedWorld();
  simulator.addFault({ provider: vendor.provider, fault, ...extra });
  return simulator;
}

const code = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? error.cause.code : null;

describe.each(VENDORS)('$provider', (vendor) => {
  test.each([false, true])('rate_limit is 429 with the wait in retry-after (stream: %s)', async (stream) => {
    const simulator = await broken(vendor, 'rate_limit', { retryAfterSeconds: 7 });
    const reply = await ask(simulator, vendor, { stream });
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toBe('7');
    expect(JSON.stringify(await reply.json())).toMatch(/rate.limit/i);
  });

  test('rate_limit_no_hint is 429 with no wait in headers or text', async () => {
    const simulator = await broken(vendor, 'rate_limit_no_hint');
    const reply = await ask(simulator, vendor);
    expect(reply.status).toBe(429);
    expect([...reply.headers.keys()].filter((name) => /retry|reset/.test(name))).toEqual([]);
    expect(await reply.text()).not.toMatch(/try again in/i);
  });

  test('server_error is 500', async () => {
    const simulator = await broken(vendor, 'server_error');
    expect((await ask(simulator, vendor, { stream: true })).status).toBe(500);
  });

  test.each([false, true])('slow_first_token answers well, but late (stream: %s)', async (stream) => {
    const simulator = await broken(vendor, 'slow_first_token', { delayMs: 120 });
    const before = performance.now();
    const { text, end } = await arrived(await ask(simulator, vendor, { stream }));
    expect(end).toBe('clean');
    expect(text).toContain('simulated');
    expect(performance.now() - before).toBeGreaterThanOrEqual(115);
  });

  test('slow_first_token sends its opening in time: only the content is late', async () => {
    const simulator = await broken(vendor, 'slow_first_token', { delayMs: 600_000 });
    const controller = new AbortController();
    const reply = await ask(simulator, vendor, { stream: true, signal: controller.signal });
    const { text } = await arrived(reply, (part) => /"role"/.test(part));
    expect(contentOf(text)).toBe('');
    controller.abort();
  });

  test('silence sends nothing until the client gives up', async () => {
    const simulator = await broken(vendor, 'silence');
    const reply = ask(simulator, vendor, { signal: AbortSignal.timeout(150) });
    await expect(reply).rejects.toThrow(/timeout/i);
    expect(simulator.calls().calls).toHaveLength(1);
  });

  test('reset breaks the connection before any header', async () => {
    const simulator = await broken(vendor, 'reset');
    const error = await ask(simulator, vendor).catch((reason: unknown) => reason);
    expect(code(error)).toMatch(/ECONNRESET|UND_ERR_SOCKET/);
  });

  test('cut_stream breaks a stream after some content, before any end', async () => {
    const simulator = await broken(vendor, 'cut_stream');
    const { text, end } = await arrived(await ask(simulator, vendor, { stream: true }));
    expect(end).toBe('broken');
    expect(contentOf(text)).toMatch(/^This is \S+ \(simulated\)\.$/);
    expect(text).not.toMatch(/\[DONE\]|message_stop|finish_reason":"/);
  });

  test('cut_stream breaks a plain answer in the middle of its body', async () => {
    const simulator = await broken(vendor, 'cut_stream');
    const { text, end } = await arrived(await ask(simulator, vendor));
    expect(end).toBe('broken');
    expect(text.length).toBeGreaterThan(10);
    expect(() => JSON.parse(text)).toThrow();
  });

  test.each([false, true])(
    'stalled_stream goes silent with the connection open (stream: %s)',
    async (stream) => {
      const simulator = await broken(vendor, 'stalled_stream');
      const controller = new AbortController();
      const reply = await ask(simulator, vendor, { stream, signal: controller.signal });
      const reading = arrived(reply);
      const first = await Promise.race([
        reading,
        new Promise((resolve) => setTimeout(() => resolve('still open'), 150)),
      ]);
      expect(first).toBe('still open');
      controller.abort();
      const { text } = await reading;
      expect(text.length).toBeGreaterThan(10);
    },
  );

  test('malformed_event puts one event that is not JSON into an otherwise whole stream', async () => {
    const simulator = await broken(vendor, 'malformed_event');
    const { text, end } = await arrived(await ask(simulator, vendor, { stream: true }));
    expect(end).toBe('clean');
    const bad = payloads(text.replace('data: [DONE]', '')).filter((one) => one === undefined);
    expect(bad).toHaveLength(1);
    simulator.clearFault(null);
    const good = await arrived(await ask(simulator, vendor, { stream: true }));
    expect(contentOf(text)).toBe(contentOf(good.text));
  });

  test('stream_error fails inside a 200 stream after the first few tokens, without a terminal marker', async () => {
    const simulator = await broken(vendor, 'stream_error');
    const reply = await ask(simulator, vendor, { stream: true });
    expect(reply.status).toBe(200);
    const { text, end } = await arrived(reply);
    expect(end).toBe('clean');
    expect(contentOf(text)).not.toBe('');
    expect(payloads(text).at(-1)).toMatchObject({ error: { message: expect.any(String) } });
    expect(text).not.toMatch(/\[DONE\]|message_stop/);
  });

  test('stream_error is a status of 500 or more for a plain answer', async () => {
    const simulator = await broken(vendor, 'stream_error');
    expect((await ask(simulator, vendor)).status).toBeGreaterThanOrEqual(500);
  });

  test.each(FAULTS)('%s ends when it is cleared', async (fault) => {
    const simulator = await broken(vendor, fault);
    const [active] = simulator.faults();
    expect(simulator.clearFault(active?.id ?? '')).toBe(true);
    const { text, end } = await arrived(await ask(simulator, vendor, { stream: true }));
    expect(end).toBe('clean');
    expect(contentOf(text)).toContain('(simulated)');
  });
});

describe('overloaded is told in each vendor’s own way', () => {
  test('OpenAI: 503 server_is_overloaded', async () => {
    const reply = await ask(await broken(OPENAI, 'overloaded'), OPENAI);
    expect(reply.status).toBe(503);
    expect(await reply.json()).toMatchObject({ error: { code: 'server_is_overloaded' } });
  });

  test('Anthropic: 529 overloaded_error', async () => {
    const reply = await ask(await broken(ANTHROPIC, 'overloaded'), ANTHROPIC);
    expect(reply.status).toBe(529);
    expect(await reply.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
  });
});

describe('where a fault reaches', () => {
  const EU: Vendor = { ...OPENAI, endpoint: 'eu-west' };
  const MINI: Vendor = { ...OPENAI, model: 'gpt-4o-mini' };
  const statuses = (simulator: Simulator, vendors: Vendor[]) =>
    Promise.all(vendors.map(async (vendor) => (await ask(simulator, vendor)).status));

  test('a fault of one region leaves the other alone', async () => {
    const simulator = await broken(OPENAI, 'server_error', { endpoint: 'us-east' });
    expect(await statuses(simulator, [OPENAI, MINI, EU, ANTHROPIC])).toEqual([500, 500, 200, 200]);
  });

  test('a fault of one model leaves the others alone, in every region', async () => {
    const simulator = await broken(OPENAI, 'server_error', { model: 'gpt-4o' });
    expect(await statuses(simulator, [OPENAI, EU, MINI])).toEqual([500, 500, 200]);
  });

  test('of two faults that fit, the later wins', async () => {
    const simulator = await broken(OPENAI, 'server_error');
    simulator.addFault({ provider: 'openai-sim', endpoint: 'eu-west', fault: 'overloaded' });
    expect(await statuses(simulator, [OPENAI, EU])).toEqual([500, 503]);
  });

  test('a share below 1 meets that share of the calls, by the injected randomness', async () => {
    let drawn = 0.2;
    const simulator = await simulatedWorld({ random: () => drawn });
    simulator.addFault({ provider: 'openai-sim', fault: 'server_error', share: 0.3 });
    expect(await statuses(simulator, [OPENAI])).toEqual([500]);
    drawn = 0.3;
    expect(await statuses(simulator, [OPENAI])).toEqual([200]);
  });

  test('the vendor’s own view counts every call, also those that failed', async () => {
    const simulator = await broken(OPENAI, 'reset', { endpoint: 'us-east' });
    await ask(simulator, OPENAI, { stream: true }).catch(() => undefined);
    await ask(simulator, EU);
    expect(simulator.calls()).toMatchObject({
      counts: { 'openai-sim.us-east/gpt-4o': 1, 'openai-sim.eu-west/gpt-4o': 1 },
      calls: [
        { endpoint: 'us-east', fault: 'reset', stream: true },
        { endpoint: 'eu-west', fault: null, stream: false },
      ],
    });
    simulator.clearCalls();
    expect(simulator.calls()).toEqual({ counts: {}, calls: [] });
  });
});
