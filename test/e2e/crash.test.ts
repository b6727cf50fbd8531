import { request } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import type { BreakerView } from '#lib/contract/breaker-view.ts';
import { eventually, Product } from '#test/support/product.ts';

let product: Product | null = null;

afterEach(async () => {
  await product?.stop();
  product = null;
});

interface Answer {
  status: number;
  servedBy: string | null;
  attempts: string | null;
}

/** One request on a connection of its own: a pooled one would have died with the worker that held it. */
async function chat(of: Product, key: string, flow = 'support-chat'): Promise<Answer> {
  const { statusCode, headers, body } = await request(`${of.gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    reset: true,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: flow, messages: [{ role: 'user', content: 'Where is my parcel?' }] }),
  });
  await body.dump({ limit: 1 << 20 });
  const header = (name: string) => (typeof headers[name] === 'string' ? headers[name] : null);
  return {
    status: statusCode,
    servedBy: header('x-switchyard-served-by'),
    attempts: header('x-switchyard-attempts'),
  };
}

async function quietProduct(): Promise<{ product: Product; key: string }> {
  const started = await Product.start();
  product = started;
  await started.must('PUT', '/api/v1/simulator/traffic', { on: false });
  return { product: started, key: await started.apiKey() };
}

/** Sends requests from `lanes` clients, one after the other each, until told to stop; returns every status. */
function load(of: Product, key: string, lanes: number): { stop: () => Promise<number[]> } {
  const statuses: number[] = [];
  let going = true;
  const running = Array.from({ length: lanes }, async () => {
    while (going) {
      const answer = await chat(of, key);
      statuses.push(answer.status);
    }
  });
  return {
    stop: async () => {
      going = false;
      await Promise.all(running);
      return statuses;
    },
  };
}

describe('when the control process is killed', () => {
  test('no request fails under load, and the dashboard comes back by itself', async () => {
    const { product: it, key } = await quietProduct();
    const traffic = load(it, key, 4);
    const before = it.kill('control-main');
    const back = await eventually('the control process is back', async () => {
      const pid = it.pidOf('control-main');
      return pid !== null && pid !== before && (await fetch(`${it.dashboardUrl}/api/health`)).ok;
    });
    expect(back).toBe(true);
    const statuses = await traffic.stop();
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });
});

describe('when the gateway worker is killed', () => {
  test('the next request waits for the next worker and is served, under the same overrides', async () => {
    const { product: it, key } = await quietProduct();
    await it.must('PUT', '/api/v1/breakers/target/gpt-4o-us/override', {
      kind: 'forced_open',
      reason: 'Provider incident 4711',
    });
    it.kill('gateway-main');
    const answer = await chat(it, key);
    expect(answer.status).toBe(200);
    expect(answer.servedBy).toBe('openai-sim/eu-west/gpt-4o');
  });

  test('the same holds while the control process is dead: overrides and cooldowns are intact', async () => {
    const { product: it, key } = await quietProduct();
    await it.must('PUT', '/api/v1/breakers/target/gpt-4o-us/override', {
      kind: 'forced_open',
      reason: 'Provider incident 4711',
    });
    await it.must('POST', '/api/v1/simulator/faults', {
      provider: 'openai-sim',
      endpoint: 'eu-west',
      fault: 'rate_limit',
      retryAfterSeconds: 300,
    });
    const cooled = await chat(it, key);
    expect(cooled.servedBy).toBe('anthropic-sim/global/claude-sonnet-4-5');
    await it.must('DELETE', '/api/v1/simulator/faults');
    const control = it.pidOf('control-main');
    if (control === null) throw new Error('There is no control process.');
    process.kill(control, 'SIGSTOP');
    try {
      it.kill('gateway-main');
      const answer = await chat(it, key);
      expect(answer.status).toBe(200);
      expect(answer.servedBy).toBe('anthropic-sim/global/claude-sonnet-4-5');
      expect(answer.attempts).toBe('1');
    } finally {
      process.kill(control, 'SIGCONT');
    }
    await eventually('the dashboard knows the new worker and still shows both', async () => {
      const { items } = await it.must<{ items: BreakerView[] }>('GET', '/api/v1/breakers');
      const us = items.find(({ scope, id }) => scope === 'target' && id === 'gpt-4o-us');
      const eu = items.find(({ scope, id }) => scope === 'target' && id === 'gpt-4o-eu');
      return us?.effective === 'forced_open' && eu?.cooldown !== null && eu !== undefined;
    });
  });
});

describe('when everything is killed while it writes', () => {
  test('the database opens again and holds every acknowledged change', async () => {
    const { product: it } = await quietProduct();
    const acknowledged: string[] = [];
    const writing = (async () => {
      for (let n = 0; n < 500; n += 1) {
        const slug = `crash-${n}`;
        const answer = await it
          .api('POST', '/api/v1/flows', { slug, name: `Crash ${n}`, chain: ['gpt-4o-us'] })
          .catch(() => null);
        if (answer === null) return;
        if (answer.status === 201) acknowledged.push(slug);
      }
    })();
    await eventually('some changes are acknowledged', async () => acknowledged.length >= 10);
    await it.killEverything();
    await writing;
    const again = await Product.start({ dataDir: it.dataDir });
    try {
      const { items } = await again.must<{ items: { slug: string }[] }>('GET', '/api/v1/flows?limit=200');
      const slugs = items.map(({ slug }) => slug);
      expect(acknowledged.length).toBeGreaterThanOrEqual(10);
      expect(acknowledged.filter((slug) => !slugs.includes(slug))).toEqual([]);
    } finally {
      await again.stop();
    }
  });
});
